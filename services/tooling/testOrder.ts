/**
 * The files that take longest on two cores, in the order in which they start: a long one at the end would run alone.
 * A network of four nodes or an API server takes all cores, so one that takes a single core stands beside each. Files
 * that `make test` names at its end as slow belong here.
 */
export const LONG_TESTS: readonly string[] = [
  "services/chain/test/integration/cometbftKills.test.ts",
  "services/lib/ledger/test/prop/randomTransactions.test.ts",
  "services/trainer/test/integration/training.test.ts",
  "services/chain/test/integration/cometbftReplay.test.ts",
  "services/lib/ledger/test/prop/power.test.ts",
  "operator/test/contract/real.test.ts",
  "operator/test/contract/fake.test.ts",
  "services/chain/test/integration/cometbftFaults.test.ts",
  "services/trainer/test/integration/evaluate.test.ts",
  "e2e/test/integration/market.test.ts",
  "services/local/test/integration/training.test.ts",
  "e2e/test/integration/testnet.test.ts",
  "services/validator/test/integration/market.test.ts",
  "services/chain/test/integration/cometbftStateSync.test.ts",
  "operator/test/faults/fakeFaults.test.ts",
  "services/chain/test/integration/eventBus.test.ts",
  "services/miner/test/integration/expert.test.ts",
];

/** A test file: its path below the repository's root, and its size. */
export type TestFile = { readonly path: string; readonly sizeBytes: number };

/** Long ones first in their order, then all others, the largest first. */
export function orderTests<File extends TestFile>(files: readonly File[]): readonly File[] {
  const rankOf = ({ path }: File): number => {
    const rank = LONG_TESTS.indexOf(path);
    return rank < 0 ? LONG_TESTS.length : rank;
  };
  return [...files].sort((a, b) => rankOf(a) - rankOf(b) || b.sizeBytes - a.sizeBytes);
}
