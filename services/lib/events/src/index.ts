export { type EncodedEvent, encodeEvent } from "./encodeEvent.ts";
export { EVENT_KINDS } from "./eventKinds.ts";
