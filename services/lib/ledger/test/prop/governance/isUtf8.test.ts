import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isUtf8 } from "../../../src/governance/isUtf8.ts";

const SEED = 20_221_104;
/** Leads and the bytes around their bounds come often. */
const byte = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc0,
    0xc1,
    0xc2,
    0xdf,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
  ),
);

describe("isUtf8", () => {
  it("says of any bytes what a strict decoder says", () => {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const decodes = (bytes: Uint8Array): boolean => {
      try {
        decoder.decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    const bytes = fc.array(byte, { maxLength: 6 }).map((list) => Uint8Array.from(list));
    fc.assert(
      fc.property(bytes, (some) => expect(isUtf8(some)).toBe(decodes(some))),
      { seed: SEED, numRuns: 20_000 },
    );
  });

  it("takes what an encoder makes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) =>
        expect(isUtf8(new TextEncoder().encode(text))).toBe(true),
      ),
      { seed: SEED },
    );
  });
});
