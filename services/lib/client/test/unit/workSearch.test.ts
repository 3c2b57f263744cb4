import { createHash } from "node:crypto";
import { meetsDifficulty, workMessage, workSeal } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compressBlock, SHA256_START } from "../../src/sha256Block.ts";
import { WorkSearch } from "../../src/workSearch.ts";

const INPUT = {
  genesisHash: new Uint8Array(32).fill(3),
  blockHash: new Uint8Array(32).fill(9),
  hotkey: new Uint8Array(32).fill(7),
};
const message = workMessage({ ...INPUT, nonce: 0n });

describe("compressBlock", () => {
  it("is the compression of SHA-256 for messages of one block", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 55 }), (bytes) => {
        const block = Buffer.alloc(64);
        block.set(bytes);
        block[bytes.length] = 0x80;
        block.writeUInt32BE(bytes.length * 8, 60);
        const words = Int32Array.from({ length: 16 }, (_, i) => block.readInt32BE(i * 4));
        const digest = new Int32Array(8);
        compressBlock(SHA256_START, words, digest);
        const hex = Array.from(digest, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
        expect(hex).toBe(createHash("sha256").update(bytes).digest("hex"));
      }),
      { seed: 20_261_122 },
    );
  });
});

describe("WorkSearch", () => {
  it("finds the first nonce that the ledger's rule takes", () => {
    const difficulty = 1n << 10n;
    const found = new WorkSearch({ message, difficulty, startNonce: 0n }).run(100_000);
    let first = 0n;
    while (!meetsDifficulty(workSeal({ ...INPUT, nonce: first }), difficulty)) first++;
    expect(found).toBe(first);
  });

  it("goes on where the last run ended", () => {
    const difficulty = 1n << 10n;
    const whole = new WorkSearch({ message, difficulty, startNonce: 0n }).run(100_000);
    const pieces = new WorkSearch({ message, difficulty, startNonce: 0n });
    let found: bigint | undefined;
    while (found === undefined) found = pieces.run(100);
    expect(found).toBe(whole);
  });

  it("counts over the end of 32 bits", () => {
    const difficulty = 1n << 8n;
    const startNonce = (5n << 32n) - 1n;
    const search = new WorkSearch({ message, difficulty, startNonce });
    let found: bigint | undefined;
    while (found === undefined) found = search.run(10);
    let first = startNonce;
    while (!meetsDifficulty(workSeal({ ...INPUT, nonce: first }), difficulty)) first++;
    expect(found).toBe(first);
    expect(found).toBeGreaterThan(startNonce);
  });
});
