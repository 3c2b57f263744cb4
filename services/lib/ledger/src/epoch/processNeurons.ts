import type { SparseRow } from "../consensus/sparseRow.ts";
import { encodeBonds } from "../state/bonds.ts";
import { patchRow } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";
import type { EpochConsensus } from "./processConsensus.ts";
import type { EpochEmission } from "./processEmission.ts";

const U16_MAX = 65_535;
/** Rule REG-6: emission of this many epochs decides who is replaced. */
const AVERAGE_EPOCHS = 8n;

/** Rules CONS-4 and REG-6: what the epoch found is written to each slot. */
export function processNeurons(
  { state }: Execution,
  consensus: EpochConsensus,
  emission: EpochEmission,
): void {
  const { neurons, input, output } = consensus;
  for (const { uid, emissionAverage } of neurons) {
    const paid =
      (emission.miners[uid] ?? 0n) + (emission.validators[uid] ?? 0n) + (emission.consensus[uid] ?? 0n);
    patchRow(state, "neurons", uid, {
      active: input.active[uid] === 1,
      incentive: toU16(output.incentive[uid]),
      consensus: toU16(output.consensus[uid]),
      dividend: toU16(output.dividends[uid]),
      validatorTrust: toU16(output.validatorTrust[uid]),
      emission: paid,
      emissionAverage: (emissionAverage * (AVERAGE_EPOCHS - 1n) + paid) / AVERAGE_EPOCHS,
    });
    writeBonds(uid, output.bonds[uid]);
  }

  function writeBonds(uid: number, row: SparseRow | undefined): void {
    const before = input.bonds[uid]?.uids.length ?? 0;
    if (row === undefined || (row.uids.length === 0 && before === 0)) return;
    patchRow(state, "bonds", uid, { entries: encodeBonds(row) });
  }
}

function toU16(fraction: number | undefined): number {
  return Math.min(U16_MAX, Math.floor((fraction ?? 0) * U16_MAX));
}
