import { describe, expect, it } from "@jest/globals";
import { type Copy, measureCopier } from "../../gen/copierMarket.ts";
import { PARAMS } from "./epochInput.ts";

const MODES = ["classic", "yuma3"] as const;
const CHANGING = 0.1;
const STILL = 0;

type Setting = { readonly drift: number; readonly bondsPenaltyU16?: number };

/** Dividends as a multiple of an honest validator's, whose errors are 10 %. */
function gain(copy: Copy, consensusMode: (typeof MODES)[number], { drift, ...change }: Setting): number {
  const params = { ...PARAMS, ...change, consensusMode };
  return measureCopier({ copy, params, revealDelayEpochs: 1, drift, noise: 0.1, seed: 20_261_122 });
}

describe("a validator that copies", () => {
  it.each(MODES)("WEIGHT-10: gets nothing from another's commitment (%s)", (mode) => {
    expect(gain("commitment", mode, { drift: STILL })).toBe(0);
  });

  it.each(MODES)("WEIGHT-10: gains nothing by reveals, which come too late (%s)", (mode) => {
    expect(gain("reveal", mode, { drift: CHANGING })).toBeLessThan(0.99);
    expect(gain("reveals", mode, { drift: CHANGING })).toBeLessThan(1);
  });

  it.each(MODES)("WEIGHT-10: gains nothing by the last consensus where miners change (%s)", (mode) => {
    expect(gain("consensus", mode, { drift: CHANGING })).toBeLessThan(0.99);
  });

  it.each(MODES)("WEIGHT-10: gains at most what clipping takes from honest errors (%s)", (mode) => {
    expect(gain("consensus", mode, { drift: STILL })).toBeLessThan(1.03);
    expect(gain("consensus", mode, { drift: STILL, bondsPenaltyU16: 0 })).toBeLessThan(1.002);
  });
});
