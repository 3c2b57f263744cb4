import { describe, expect, it } from "@jest/globals";
import { drawBatch } from "../../src/core/batch.ts";
import { holdOut, samplerOf } from "../../src/core/holdOut.ts";

const document = (id: number, length = 40) => ({
  id: `d${id}`,
  domain: "",
  text: Uint8Array.from({ length }, () => 65 + (id % 26)),
});

describe("holdOut", () => {
  it("keeps the last quarter of each 4th of many documents out of the training", () => {
    const documents = Array.from({ length: 12 }, (_, id) => document(id));
    const { learned, heldOut } = holdOut(documents, 8);
    const letters = (text: Uint8Array) => new Set([...text].filter((byte) => byte > 64));
    expect(letters(heldOut.text)).toEqual(new Set([68, 72, 76]));
    expect(letters(learned.text).size).toBe(12);
    expect(heldOut.text.length).toBe(3 * (10 + 2));
  });

  it("keeps the end of a single text out", () => {
    const { learned, heldOut } = holdOut([document(1, 3198)], 8);
    expect([learned.text.length, heldOut.text.length]).toEqual([3002, 202]);
  });
});

describe("drawBatch", () => {
  const sampler = samplerOf({ id: "", domain: "", text: Uint8Array.from({ length: 200 }, (_, i) => i) }, 8);

  it("is decided by seed and step", () => {
    const draw = (seed: number, step: number) => drawBatch(sampler, { batch: 3, window: 8 }, seed, step);
    expect(draw(1, 5)).toEqual(draw(1, 5));
    expect(draw(1, 6)).not.toEqual(draw(1, 5));
    expect(draw(2, 5)).not.toEqual(draw(1, 5));
  });

  it("makes each byte's successor its target", () => {
    const { ids, targets } = drawBatch(sampler, { batch: 3, window: 8 }, 1, 1);
    expect([...targets.data].map(Number)).toEqual([...ids.data].map((byte) => Number(byte) + 1));
  });
});
