import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { meetsDifficulty, workMessage, workSeal } from "../../src/index.ts";

const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const input = { genesisHash: bytes(1), blockHash: bytes(2), nonce: 0x0102030405060708n, hotkey: bytes(3) };
const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

describe("work", () => {
  it("is the double hash of tag, block hash, nonce and hotkey", () => {
    const tag = sha256(new TextEncoder().encode("ganglion/work/1\0"), bytes(1));
    const nonce = Uint8Array.from([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(workMessage(input)).toHaveLength(104);
    expect(workSeal(input)).toEqual(sha256(sha256(tag, bytes(2), nonce, bytes(3))));
  });

  it("meets a difficulty if seal times difficulty, read big-endian, is below 2^256", () => {
    const half = new Uint8Array(32);
    half[0] = 0x80;
    const below = new Uint8Array(32).fill(0xff);
    below[0] = 0x7f;
    expect(meetsDifficulty(half, 1n)).toBe(true);
    expect(meetsDifficulty(half, 2n)).toBe(false);
    expect(meetsDifficulty(below, 2n)).toBe(true);
    expect(meetsDifficulty(new Uint8Array(32), 1n << 64n)).toBe(true);
  });
});
