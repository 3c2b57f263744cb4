import { describe, expect, it } from "@jest/globals";
import { trainingEnd } from "../../src/core/trainingEnd.ts";

const exit = { code: 0, signal: null, complete: true };

describe("trainingEnd", () => {
  it("is done after the last step", () => {
    expect(trainingEnd(exit)).toEqual({ kind: "done" });
  });

  it("is not done when the trainer was stopped on the way, though it exits with 0", () => {
    expect(trainingEnd({ ...exit, complete: false })).toMatchObject({ kind: "again" });
  });

  it("goes on after a kill", () => {
    const killed = { code: null, signal: "SIGKILL", complete: false };
    expect(trainingEnd(killed)).toEqual({ kind: "again", reason: "it ended with SIGKILL" });
  });

  it("tells a folder with another training from other failures", () => {
    const fault = { code: "TRAINER_OTHER_TRAINING", message: "--fresh" };
    expect(trainingEnd({ ...exit, code: 1, fault })).toMatchObject({ kind: "otherTraining" });
    const other = { code: "TRAINER_NO_TEXT", message: "no text" };
    expect(trainingEnd({ ...exit, code: 1, fault: other })).toEqual({
      kind: "failed",
      code: "TRAINER_NO_TEXT",
      reason: "no text",
    });
  });
});
