import { parseAddressBytes } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { decodeAddress, encodeAddress } from "../../src/index.ts";
import { codeOf } from "../gen/codeOf.ts";

const text = encodeAddress(parseAddressBytes(new Uint8Array(20).fill(9)));

describe("an address", () => {
  it("comes back from its text, in either case", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        const written = encodeAddress(parseAddressBytes(bytes));
        expect([...decodeAddress(written)]).toEqual([...bytes]);
        expect([...decodeAddress(` ${written.toUpperCase()} `)]).toEqual([...bytes]);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it("is refused with any one character wrong", () => {
    for (let i = 4; i < text.length; i++) {
      const wrong = text.slice(0, i) + (text[i] === "q" ? "p" : "q") + text.slice(i + 1);
      expect(codeOf(() => decodeAddress(wrong))).toBe("KEYS_BAD_ADDRESS");
    }
  });

  it("says what is wrong with it", () => {
    expect(() => decodeAddress("cosmos1abc")).toThrow(/begins with gln1/u);
    expect(() => decodeAddress(text.slice(0, -1))).toThrow(/42 characters, this has 41/u);
    expect(() => decodeAddress(`${text.slice(0, -1)}b`)).toThrow(/mistyped/u);
  });

  it("is not taken in mixed case", () => {
    expect(codeOf(() => decodeAddress(text.slice(0, 10) + text.slice(10).toUpperCase()))).toBe(
      "KEYS_BAD_ADDRESS",
    );
  });
});
