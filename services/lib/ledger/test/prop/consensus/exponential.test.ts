import { InvariantError } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { exponential, logistic } from "../../../src/consensus/ancestor/exponential.ts";

const SEED = 20_261_122;
const LARGEST_ERROR = 1e-12;

const relativeError = (computed: number, exact: number): number => Math.abs(computed - exact) / exact;

describe(`exponential (seed ${SEED})`, () => {
  it("CONS-6: is within 1e-12 of e^x over its whole range", () => {
    let largest = 0;
    for (let step = -70_000; step <= 70_000; step++)
      largest = Math.max(largest, relativeError(exponential(step / 100), Math.exp(step / 100)));
    expect(largest).toBeLessThan(LARGEST_ERROR);
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(relativeError(exponential(x), Math.exp(x))).toBeLessThan(LARGEST_ERROR);
      }),
      { seed: SEED, numRuns: 20_000 },
    );
  });

  it("is exact at zero, and close to 1 + x next to it", () => {
    expect(exponential(0)).toBe(1);
    expect(exponential(-0)).toBe(1);
    expect(exponential(2 ** -40)).toBe(1 + 2 ** -40);
    expect(exponential(5e-324)).toBe(1);
  });

  it("refuses what it cannot compute", () => {
    for (const x of [Number.NaN, Number.POSITIVE_INFINITY, 700.1, -701])
      expect(() => exponential(x)).toThrow(InvariantError);
  });

  it("makes a logistic curve that stays between 0 and 1 and never falls", () => {
    const any = fc.double({ noNaN: true });
    fc.assert(
      fc.property(any, any, (a, b) => {
        const [low, high] = [logistic(Math.min(a, b)), logistic(Math.max(a, b))];
        expect(low >= 0 && high <= 1 && low <= high * (1 + LARGEST_ERROR)).toBe(true);
      }),
      { seed: SEED, numRuns: 2_000 },
    );
    expect(logistic(0)).toBe(0.5);
    expect(logistic(Number.NEGATIVE_INFINITY)).toBeLessThan(1e-300);
    expect(logistic(Number.POSITIVE_INFINITY)).toBe(1);
  });
});
