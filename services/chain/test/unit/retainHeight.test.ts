import { describe, expect, it } from "@jest/globals";
import { retainHeight } from "../../src/core/retainHeight.ts";

const BLOCK_MS = 1_000;
const base = {
  height: 1_000,
  timeMs: 1_000 * BLOCK_MS,
  retainBlocks: 100,
  evidenceAgeMs: 50 * BLOCK_MS,
  oldestSnapshot: 950,
  timeMsAt: (height: number) => height * BLOCK_MS,
};

describe("retainHeight", () => {
  it("keeps as many blocks as the ledger's parameters say", () => {
    expect(retainHeight(base)).toBe(900);
    expect(retainHeight({ ...base, retainBlocks: 1_000 })).toBe(0);
  });

  it("keeps all that follows the oldest snapshot, and everything while there is none", () => {
    expect(retainHeight({ ...base, oldestSnapshot: 400 })).toBe(400);
    expect(retainHeight({ ...base, oldestSnapshot: undefined })).toBe(0);
  });

  it("keeps a block for as long as evidence may name it by time", () => {
    expect(retainHeight({ ...base, evidenceAgeMs: 100 * BLOCK_MS })).toBe(900);
    expect(retainHeight({ ...base, evidenceAgeMs: 101 * BLOCK_MS })).toBe(0);
    expect(retainHeight({ ...base, timeMsAt: () => undefined })).toBe(0);
  });
});
