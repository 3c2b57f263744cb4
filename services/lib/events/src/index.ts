export { type BusEvent, comparePositions, type EventPosition, eventId, gapBefore } from "./busEvent.ts";
export { type EncodedEvent, encodeEvent } from "./encodeEvent.ts";
export { decodeEnvelope, type Envelope, encodeEnvelope } from "./envelope.ts";
export { EVENT_FIELDS, type EventField, type EventFormat } from "./eventFields.ts";
export { EVENT_KINDS } from "./eventKinds.ts";
export { eventSchema, type JsonSchema } from "./eventSchema.ts";
export { ALL_EVENT_SUBJECTS, EVENT_SUBJECT_PREFIX, eventSubject } from "./eventSubject.ts";
