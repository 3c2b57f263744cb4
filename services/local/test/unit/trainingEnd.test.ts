import { describe, expect, it } from "@jest/globals";
import { trainingEnd } from "../../src/core/trainingEnd.ts";

const exit = { code: 0, signal: null, complete: true };

describe("trainingEnd", () => {
  it("is done after the last step", () => {
    expect(trainingEnd("m", exit)).toEqual({ kind: "done" });
  });

  it("is not done when the trainer was stopped on the way, though it exits with 0", () => {
    expect(trainingEnd("m", { ...exit, complete: false })).toMatchObject({ kind: "again" });
  });

  it("goes on after a kill", () => {
    const killed = { code: null, signal: "SIGKILL", complete: false };
    expect(trainingEnd("m", killed)).toEqual({ kind: "again", reason: "it ended with SIGKILL" });
  });

  it("says what to remove when the folder holds another training", () => {
    const fault = { code: "TRAINER_OTHER_TRAINING", message: "--fresh" };
    expect(trainingEnd("m", { ...exit, code: 1, fault })).toMatchObject({
      kind: "failed",
      code: "TRAINER_OTHER_TRAINING",
      reason: expect.stringContaining("remove models/m to train it anew"),
    });
  });
});
