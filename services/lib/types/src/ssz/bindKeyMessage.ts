import { concatBytes } from "@noble/hashes/utils.js";
import { domainTag } from "../domainTags.ts";

/** What a consensus key signs to be bound to a hotkey: tag, genesis hash, hotkey. So nobody binds a stranger's key. */
export function bindKeyMessage(genesisHash: Uint8Array, hotkey: Uint8Array): Uint8Array {
  return concatBytes(domainTag("bindKey"), genesisHash, hotkey);
}
