import { describe, expect, it } from "@jest/globals";
import { DAMAGED_EXIT, judgeProbe } from "../../src/io/checkStoreFile.ts";

const end = { status: null, signal: null, stderr: "" };

describe("the verdict on a store file that was not closed in order", () => {
  it("takes a file that the probe could read", () => {
    expect(() => judgeProbe({ ...end, status: 0 }, "folder")).not.toThrow();
  });

  it.each([
    { ...end, status: DAMAGED_EXIT },
    { ...end, signal: "SIGSEGV" as const },
    { ...end, signal: "SIGBUS" as const },
    { ...end, signal: "SIGABRT" as const },
  ])("calls it damaged when LMDB says so or dies of it: %p", (probe) => {
    expect(() => judgeProbe(probe, "folder")).toThrow(
      expect.objectContaining({ code: "CHAIN_STORE_CORRUPT" }),
    );
  });

  it.each([
    [{ ...end, error: new Error("spawnSync node ENOMEM") }, "spawnSync node ENOMEM"],
    [{ ...end, signal: "SIGKILL" as const }, "SIGKILL"],
    [
      { ...end, status: 1, stderr: "file.ts:1\nthrow x\n\nError: No space left\n    at x\n" },
      "Error: No space left",
    ],
  ])("says that it could not be checked when something else ended the probe: %p", (probe, why) => {
    expect(() => judgeProbe(probe, "folder")).toThrow(
      expect.objectContaining({ code: "CHAIN_STORE_UNCHECKED", data: { folder: "folder", why } }),
    );
  });
});
