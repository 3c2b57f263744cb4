import { asSpikes, type Spikes } from "@ganglion/types";
import type { LedgerState } from "./ledgerState.ts";
import { readStruct, writeStruct } from "./rows.ts";

/** Minted less recycled: the sum of all balances, stake and escrow. */
export function issuanceOf(state: LedgerState): Spikes {
  const { minted, recycled } = readStruct(state, "supply");
  return asSpikes(minted - recycled);
}

/** Rule EMIT; the caller credits what it mints. */
export function mint(state: LedgerState, amount: bigint): void {
  writeStruct(state, "supply", { minted: readStruct(state, "supply").minted + amount });
}

/** Rules FEE and REG; the caller has debited what it recycles. */
export function recycle(state: LedgerState, amount: bigint): void {
  writeStruct(state, "supply", { recycled: readStruct(state, "supply").recycled + amount });
}
