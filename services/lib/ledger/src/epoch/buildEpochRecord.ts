import { asHeight, asSpikes, parseHotkey } from "@ganglion/types";
import type { SparseRow } from "../consensus/sparseRow.ts";
import { lastHeightOf } from "../state/epochs.ts";
import { readRows } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";
import type { EpochNeuronRecord, EpochRecord, EpochVote } from "./epochRecord.ts";
import type { EpochConsensus } from "./processConsensus.ts";
import type { EpochEmission } from "./processEmission.ts";

/** Keeps what the epoch computed; decides nothing. PERF: rows are shared, not copied. */
export function buildEpochRecord(
  { state, params, epoch, height }: Execution,
  consensus: EpochConsensus,
  emission: EpochEmission,
  facts: { readonly countedBlocks: number; readonly bootstrap: boolean },
): EpochRecord {
  const { output } = consensus;
  return {
    epoch,
    firstHeight: asHeight(epoch === 0 ? 1 : lastHeightOf(epoch - 1, params) + 1),
    lastHeight: asHeight(height),
    ...facts,
    minted: emission.minted,
    minersMinted: asSpikes(sumOf(emission.miners)),
    validatorsMinted: asSpikes(sumOf(emission.validators)),
    consensusMinted: emission.consensusMinted,
    neurons: neuronsOf(consensus, emission),
    domains: readRows(state, "domains").map(({ name, sharePpm }, id) => ({
      name: String.fromCharCode(...name),
      sharePpm,
      effectiveShare: output.countedShare[id] ?? 0,
      scoredStake: output.coverage[id] ?? 0,
      medians: output.consensusByDomain[id] ?? new Float64Array(0),
      votes: votesOf(consensus, id),
    })),
    bonds: output.bonds.flatMap((row, validatorUid) => (row.uids.length > 0 ? [{ validatorUid, row }] : [])),
  };
}

function neuronsOf({ neurons, output }: EpochConsensus, emission: EpochEmission): EpochNeuronRecord[] {
  return neurons.map(({ uid, hotkey, registeredAt }) => ({
    hotkey: parseHotkey(hotkey),
    registeredAt,
    rank: output.rank[uid] ?? 0,
    consensus: output.consensus[uid] ?? 0,
    incentive: output.incentive[uid] ?? 0,
    dividend: output.dividends[uid] ?? 0,
    validatorTrust: output.validatorTrust[uid] ?? 0,
    minerEmission: asSpikes(emission.miners[uid] ?? 0n),
    validatorEmission: asSpikes(emission.validators[uid] ?? 0n),
    consensusEmission: asSpikes(emission.consensus[uid] ?? 0n),
  }));
}

function votesOf({ input, output }: EpochConsensus, domainId: number): EpochVote[] {
  const rows = input.domains[domainId]?.rows ?? [];
  return rows.flatMap((row, validatorUid) => {
    if (row === undefined || input.permits[validatorUid] !== 1) return [];
    const setAt = input.weightsSetAt[validatorUid] ?? 0;
    const rowSum = sumOfRow(row, validatorUid, setAt, input.registeredAt);
    return [{ validatorUid, stake: output.stake[validatorUid] ?? 0, setAt, rowSum, row }];
  });
}

/** Rule WEIGHT-6: without the entry for itself and those for slots registered since. */
function sumOfRow(
  { uids, values }: SparseRow,
  validatorUid: number,
  setAt: number,
  registeredAt: Float64Array,
): number {
  let sum = 0;
  for (let k = 0; k < uids.length; k++) {
    const uid = uids[k] ?? 0;
    if (uid !== validatorUid && setAt > (registeredAt[uid] ?? 0)) sum += values[k] ?? 0;
  }
  return sum;
}

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}
