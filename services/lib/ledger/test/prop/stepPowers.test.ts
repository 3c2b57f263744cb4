import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type PowerStep, stepPowers } from "../../src/epoch/stepPowers.ts";

const SEED = 20_221_105;
const LEAST = 1_000_000n;

const power = fc.bigInt({ min: LEAST, max: 1n << 55n });
const keys: fc.Arbitrary<PowerStep[]> = fc
  .array(fc.record({ present: fc.option(power), target: fc.option(power), absent: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((list) =>
    list.map(({ present, target, absent }) => ({
      present: present ?? 0n,
      target: absent ? 0n : (target ?? 0n),
      jailed: absent,
    })),
  )
  .filter((list) => sumOf(list.map((key) => key.present)) > 0n && sumOf(list.map((key) => key.target)) > 0n);

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

/** Whether the greatest loss of share of any group of keys is at most 1 / parts. */
function losesAtMost(before: readonly bigint[], after: readonly bigint[], parts: bigint): boolean {
  const [old, now] = [sumOf(before), sumOf(after)];
  const lost = before.map((value, i) => value * now - (after[i] ?? 0n) * old).filter((value) => value > 0n);
  return sumOf(lost) * parts <= old * now;
}

describe("stepPowers", () => {
  it("POWER-5: takes no group of keys more than a third of all power, and jailed ones no more than a sixth", () => {
    fc.assert(
      fc.property(keys, (list) => {
        const before = list.map((key) => key.present);
        const after = stepPowers(list);
        expect(after.every((value) => value >= 0n)).toBe(true);
        expect(losesAtMost(before, after, 3n)).toBe(true);
        const [old, now] = [sumOf(before), sumOf(after)];
        const jailedBefore = sumOf(list.map((key) => (key.jailed ? key.present : 0n)));
        const jailedAfter = sumOf(after.filter((_, i) => list[i]?.jailed));
        expect((jailedBefore * now - jailedAfter * old) * 6n <= old * now).toBe(true);
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it("POWER-5: gives every target power, and reaches targets that stay within seven epochs", () => {
    fc.assert(
      fc.property(keys, (list) => {
        let now = list;
        for (let epoch = 0; epoch < 7; epoch++) {
          const next = stepPowers(now);
          expect(list.every(({ target }, i) => target === 0n || (next[i] ?? 0n) > 0n)).toBe(true);
          now = list.map((key, i) => ({ ...key, present: next[i] ?? 0n }));
        }
        expect(now.map((key) => key.present)).toEqual(list.map((key) => key.target));
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});
