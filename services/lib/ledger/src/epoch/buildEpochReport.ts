import { asHeight, asSpikes, type Hotkey } from "@ganglion/types";
import { computeContributions } from "../consensus/computeContributions.ts";
import type { SparseRow } from "../consensus/sparseRow.ts";
import type { EpochContribution, EpochNeuronReport, EpochReport } from "../ledgerTypes.ts";
import { lastHeightOf } from "../state/epochs.ts";
import { readRows } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";
import type { EpochConsensus } from "./processConsensus.ts";
import type { EpochEmission } from "./processEmission.ts";

type Spread = { readonly domainId: number; readonly spread: number };

/** Why each neuron got what it got. It reads what the epoch computed and decides nothing. */
export function buildEpochReport(
  { state, params, epoch, height }: Execution,
  consensus: EpochConsensus,
  emission: EpochEmission,
  facts: { readonly countedBlocks: number; readonly bootstrap: boolean },
): EpochReport {
  const { output } = consensus;
  const ids = output.consensusByDomain.map((_, id) => id);
  const contributions = computeContributions(consensus.input, output, ids);
  const bonds = bondsByMiner(consensus.neurons.length, output.bonds);
  const voters = output.consensusByDomain.map((_, domainId) => votersOf(consensus, domainId).length);
  return {
    epoch,
    firstHeight: asHeight(epoch === 0 ? 1 : lastHeightOf(epoch - 1, params) + 1),
    lastHeight: asHeight(height),
    ...facts,
    minted: emission.minted,
    minersMinted: asSpikes(sumOf(emission.miners)),
    validatorsMinted: asSpikes(sumOf(emission.validators)),
    consensusMinted: emission.consensusMinted,
    domains: readRows(state, "domains").map(({ name, sharePpm }, id) => ({
      id,
      name: String.fromCharCode(...name),
      sharePpm,
      effectiveShare: output.countedShare[id] ?? 0,
      scoredStake: output.coverage[id] ?? 0,
    })),
    neurons: consensus.neurons.map(({ uid, hotkey }): EpochNeuronReport => {
      const own = contributions[uid] ?? [];
      return {
        uid,
        hotkey: hotkey as Hotkey,
        rank: output.rank[uid] ?? 0,
        consensus: output.consensus[uid] ?? 0,
        incentive: output.incentive[uid] ?? 0,
        dividend: output.dividends[uid] ?? 0,
        validatorTrust: output.validatorTrust[uid] ?? 0,
        minerEmission: asSpikes(emission.miners[uid] ?? 0n),
        validatorEmission: asSpikes(emission.validators[uid] ?? 0n),
        consensusEmission: asSpikes(emission.consensus[uid] ?? 0n),
        contributions: own,
        bonds: bonds[uid] ?? [],
        spreads: spreadsOf(own, voters),
      };
    }),
  };
}

/** Validators whose stake counted and that scored the domain. */
function votersOf({ input, output, neurons }: EpochConsensus, domainId: number): number[] {
  const rows = input.domains[domainId]?.rows ?? [];
  return neurons
    .map(({ uid }) => uid)
    .filter((uid) => rows[uid] !== undefined && (output.stake[uid] ?? 0) > 0);
}

function bondsByMiner(n: number, rows: readonly SparseRow[]): { validatorUid: number; bond: number }[][] {
  const byMiner: { validatorUid: number; bond: number }[][] = Array.from({ length: n }, () => []);
  rows.forEach((row, validatorUid) => {
    row.uids.forEach((uid, i) => {
      byMiner[uid]?.push({ validatorUid, bond: row.values[i] ?? 0 });
    });
  });
  return byMiner.map((bonds) => {
    const sum = bonds.reduce((total, { bond }) => total + bond, 0);
    return bonds.map(({ validatorUid, bond }) => ({ validatorUid, bond: sum > 0 ? bond / sum : 0 }));
  });
}

/** A validator that scored the domain and gave the neuron nothing counts as zero. */
function spreadsOf(contributions: readonly EpochContribution[], voters: readonly number[]): Spread[] {
  const spreads: Spread[] = [];
  voters.forEach((count, domainId) => {
    const weights = contributions
      .filter((c) => c.domainId === domainId && c.stakeShare > 0)
      .map((c) => c.weight);
    if (weights.length === 0 || count < 2) return;
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / count;
    const least = weights.length < count ? 0 : Math.min(...weights);
    spreads.push({ domainId, spread: (Math.max(...weights) - least) / mean });
  });
  return spreads;
}

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}
