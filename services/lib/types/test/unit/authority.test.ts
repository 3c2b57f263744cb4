import { describe, expect, it } from "@jest/globals";
import { addressOfAuthority, addressOfKey, bytesToHex } from "../../src/index.ts";

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

describe("addresses", () => {
  it("are the start of a hash of tag and descriptor", () => {
    expect(bytesToHex(addressOfKey(key(1)))).toBe("ebf312e4af4f1b50d02c43a2303ef503ddd891e8");
  });

  it("of one key are those of its descriptor, and differ from every k of n", () => {
    const addresses = [
      addressOfKey(key(1)),
      addressOfAuthority({ threshold: 1, keys: [key(1), key(2)] }),
      addressOfAuthority({ threshold: 2, keys: [key(1), key(2)] }),
    ].map(bytesToHex);
    expect(new Set(addresses).size).toBe(3);
    expect(bytesToHex(addressOfAuthority({ threshold: 1, keys: [key(1)] }))).toBe(addresses[0]);
  });

  it.each([
    ["no key", { threshold: 0, keys: [] }],
    ["a threshold above the keys", { threshold: 2, keys: [key(1)] }],
    ["a zero threshold", { threshold: 0, keys: [key(1)] }],
    ["keys out of order", { threshold: 1, keys: [key(2), key(1)] }],
    ["a repeated key", { threshold: 1, keys: [key(1), key(1)] }],
    ["a short key", { threshold: 1, keys: [new Uint8Array(31)] }],
    ["17 keys", { threshold: 1, keys: Array.from({ length: 17 }, (_, i) => key(i)) }],
  ])("refuse %s", (_name, authority) => {
    expect(() => addressOfAuthority(authority)).toThrow("an authority has 1 to 16 keys");
  });
});
