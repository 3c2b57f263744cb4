import {
  DEFAULT_PLAN,
  DEFAULT_SHAPE,
  initialParameters,
  parameterCount,
  parameterSpecs,
  rateAt,
  stepsFor,
} from "@ganglion/expert";
import { describe, expect, it } from "@jest/globals";

describe("the training plan", () => {
  it("warms up to the peak, then falls to a twentieth of it", () => {
    const rates = Array.from({ length: DEFAULT_PLAN.steps }, (_, i) => rateAt(DEFAULT_PLAN, i + 1));
    expect(Math.max(...rates)).toBeCloseTo(DEFAULT_PLAN.peakRate, 8);
    expect(rates.indexOf(Math.max(...rates)) + 1).toBe(DEFAULT_PLAN.warmupSteps);
    expect(rates.at(-1)).toBeCloseTo(DEFAULT_PLAN.peakRate / 20, 8);
  });

  it("keeps the last rate when a training goes on beyond its plan", () => {
    expect(rateAt(DEFAULT_PLAN, 2 * DEFAULT_PLAN.steps)).toBeCloseTo(DEFAULT_PLAN.peakRate / 20, 8);
  });
});

describe("stepsFor", () => {
  it("makes four passes, within bounds", () => {
    expect(stepsFor(256_000, 128, 8)).toBe(1_000);
    expect(stepsFor(1_000, 128, 8)).toBe(200);
    expect(stepsFor(1e9, 128, 8)).toBe(1_500);
  });
});

describe("initialParameters", () => {
  it("is decided by the seed and covers every parameter", () => {
    const shape = { ...DEFAULT_SHAPE, width: 8 };
    const first = initialParameters(shape, 5);
    expect(Object.keys(first)).toEqual(parameterSpecs(shape).map(({ name }) => name));
    expect(initialParameters(shape, 5)).toEqual(first);
    expect(initialParameters(shape, 6)).not.toEqual(first);
    const numbers = Object.values(first).reduce((sum, { data }) => sum + data.length, 0);
    expect(numbers).toBe(parameterCount(shape));
  });
});
