import { describe, expect, it } from "@jest/globals";
import { isClockBehind, MAX_STEP_MS, nextBlockTime } from "../../src/core/nextBlockTime.ts";

const PARENT = 1_000_000;

describe("nextBlockTime", () => {
  it("is the clock's", () => expect(nextBlockTime(PARENT, PARENT + 1_000, MAX_STEP_MS)).toBe(PARENT + 1_000));
  it("goes on by a millisecond when the clock went back", () =>
    expect(nextBlockTime(PARENT, PARENT - 5_000, MAX_STEP_MS)).toBe(PARENT + 1));
  it("follows a clock that jumped ahead slowly", () =>
    expect(nextBlockTime(PARENT, PARENT * 9, MAX_STEP_MS)).toBe(PARENT + MAX_STEP_MS));
  it("is the clock's after a stop of any length", () =>
    expect(nextBlockTime(PARENT, PARENT * 9, Number.POSITIVE_INFINITY)).toBe(PARENT * 9));
  it("calls a clock behind only beyond a minute", () => {
    expect(isClockBehind(PARENT, PARENT - 60_000)).toBe(false);
    expect(isClockBehind(PARENT, PARENT - 60_001)).toBe(true);
  });
});
