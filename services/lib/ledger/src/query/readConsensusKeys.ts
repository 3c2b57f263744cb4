import type { LedgerState } from "../state/ledgerState.ts";
import { readRows } from "../state/rows.ts";

/** Every consensus key that votes, proposers and evidence can still name; an engine finds keys by their address here. */
export function readConsensusKeys(state: LedgerState): readonly Uint8Array[] {
  return readRows(state, "consensusKeys").map(({ consensusKey }) => consensusKey);
}
