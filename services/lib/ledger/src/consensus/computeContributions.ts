import type { EpochContribution, EpochInput, EpochOutput } from "./epochTypes.ts";
import { listVoters, loadWeights } from "./voterRows.ts";

/**
 * What each validator's weight on each neuron did in an epoch: for the epoch report, apart from `computeEpoch` so
 * that an epoch pays nothing for it.
 *
 * @param domainIds the ledger's id of each of `input.domains`
 * @returns by the neuron's uid; ordered by domain, then validator; weights of zero are left out
 */
export function computeContributions(
  input: EpochInput,
  output: EpochOutput,
  domainIds: readonly number[],
): EpochContribution[][] {
  const byMiner: EpochContribution[][] = Array.from({ length: input.n }, () => []);
  const voters = listVoters(input);
  input.domains.forEach((domain, d) => {
    const { rows, rowSums } = loadWeights(input, domain, voters);
    const covered = output.coverage[d] ?? 0;
    byMiner.forEach((contributions, miner) => {
      if ((rows.columnSums[miner] ?? 0) === 0) return;
      const median = output.consensusByDomain[d]?.[miner] ?? 0;
      voters.forEach((validatorUid, v) => {
        const weight = (rows.data[v * rows.stride + miner] ?? 0) / (rowSums[v] ?? 1);
        if (weight === 0) return;
        const stakeShare = covered > 0 ? (output.stake[validatorUid] ?? 0) / covered : 0;
        const domainId = domainIds[d] ?? d;
        contributions.push({ validatorUid, domainId, weight, clipped: Math.min(weight, median), stakeShare });
      });
    });
  });
  return byMiner;
}
