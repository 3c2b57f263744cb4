import { asSpikes, type Spikes } from "@ganglion/types";
import { blockEmission } from "../consensus/blockEmission.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { readParams } from "../state/params.ts";
import { readRows, readStruct } from "../state/rows.ts";
import { issuanceOf } from "../state/supply.ts";

/** issuance = minted - recycled = balances + staked + escrow. */
export type SupplyView = {
  readonly issuance: Spikes;
  readonly balances: Spikes;
  readonly staked: Spikes;
  readonly escrow: Spikes;
  readonly cap: Spikes;
  readonly minted: Spikes;
  readonly recycled: Spikes;
  /** What the next counted block mints. */
  readonly blockEmission: Spikes;
};

/** PERF: reads all accounts and pools. */
export function readSupply(state: LedgerState): SupplyView {
  const { minted, recycled } = readStruct(state, "supply");
  const cap = readParams(state).supplyCapSpikes;
  const issuance = issuanceOf(state);
  return {
    issuance,
    balances: sumOf(readRows(state, "accounts").map((row) => row.balance)),
    staked: sumOf(readRows(state, "pools").map((row) => row.amount)),
    escrow: sumOf(readRows(state, "unbondings").map((row) => row.amount)),
    cap: asSpikes(cap),
    minted: asSpikes(minted),
    recycled: asSpikes(recycled),
    blockEmission: asSpikes(blockEmission(issuance, cap)),
  };
}

function sumOf(values: readonly bigint[]): Spikes {
  return asSpikes(values.reduce((sum, value) => sum + value, 0n));
}
