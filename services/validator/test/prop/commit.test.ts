import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type EpochRules, epochOf, type PendingCommit, planCommits } from "../../src/core/commit.ts";

const rulesArbitrary = fc
  .record({
    length: fc.integer({ min: 4, max: 40 }),
    cutoff: fc.integer({ min: 1, max: 3 }),
    delay: fc.integer({ min: 1, max: 3 }),
  })
  .map(
    ({ length, cutoff, delay }): EpochRules => ({
      epochLengthBlocks: length,
      commitCutoffBlocks: cutoff,
      revealDelayEpochs: delay,
    }),
  );

/** Walks every height; `kills` are the heights where the answer to a sent commitment is lost. */
function walk(rules: EpochRules, heights: number, kills: ReadonlySet<number>) {
  let pending: PendingCommit<number>[] = [];
  const committed = new Map<number, number>();
  const revealed = new Set<number>();
  const set = (epoch: number, status: PendingCommit<number>["status"]): void => {
    pending = [...pending.filter((entry) => entry.epoch !== epoch), { epoch, status, rows: epoch }];
  };
  const commit = (epoch: number, height: number): void => {
    if (!committed.has(epoch)) committed.set(epoch, height + 1);
    set(epoch, kills.has(height) ? "stored" : "committed");
  };
  for (let height = 0; height < heights; height++)
    for (const action of planCommits(height, rules, pending, true)) {
      if (action.kind === "forget") pending = pending.filter((entry) => entry.epoch !== action.epoch);
      else if (action.kind === "reveal") {
        revealed.add(action.epoch);
        set(action.epoch, "revealed");
      } else commit(action.epoch, height);
    }
  return { committed, revealed };
}

describe("planCommits over all heights", () => {
  it("commits once an epoch before the cutoff and always reveals in the reveal epoch", () => {
    fc.assert(
      fc.property(rulesArbitrary, fc.array(fc.integer({ min: 0, max: 400 })), (rules, kills) => {
        const heights = 12 * rules.epochLengthBlocks;
        const { committed, revealed } = walk(rules, heights, new Set(kills));
        const epochs = epochOf(heights, rules);
        for (let epoch = 0; epoch < epochs; epoch++) {
          const height = committed.get(epoch);
          expect(height).toBeDefined();
          const position = ((height ?? 0) - 1) % rules.epochLengthBlocks;
          expect(position).toBeLessThan(rules.epochLengthBlocks - rules.commitCutoffBlocks);
          if (epoch + rules.revealDelayEpochs < epochs) expect(revealed.has(epoch)).toBe(true);
        }
      }),
      { seed: 20_261_122, numRuns: 300 },
    );
  });
});
