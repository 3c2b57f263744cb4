export { bytesToHex, equalBytes, hexToBytes } from "./bytes.ts";
export { DOMAIN_TAGS, type DomainTag, domainTag } from "./domainTags.ts";
export { errorCode, errorMessage, GanglionError, InvariantError } from "./errors.ts";
export {
  type AddressBytes,
  asEpochIndex,
  asHeight,
  asSpikes,
  asUid,
  type EpochIndex,
  type Height,
  type Hotkey,
  parseAddressBytes,
  parseHotkey,
  type Spikes,
  type Uid,
} from "./ids.ts";
export type { Clock, LogFields, Logger } from "./ports.ts";
