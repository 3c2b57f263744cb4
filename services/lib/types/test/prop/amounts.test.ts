import { asSpikes, formatGln, parseGln } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

const SEED = 20_261;
const MOST = 999_999_999_999_999_999n;
const amounts = fc.bigInt({ min: 0n, max: MOST });

describe("parseGln", () => {
  it.each([
    { text: "12", spikes: 12_000_000_000n },
    { text: "0.5", spikes: 500_000_000n },
    { text: "0.000000001", spikes: 1n },
    { text: "007.10", spikes: 7_100_000_000n },
  ])("reads $text", ({ text, spikes }) => expect(parseGln(text)).toBe(spikes));

  it.each(["", "-1", "1.", ".5", "1,5", "1e3", "0x1", " 1", "1.0000000001", "1234567890", "Infinity"])(
    "refuses %j and shows how to write one",
    (text) => {
      const parse = () => parseGln(text);
      expect(parse).toThrow(expect.objectContaining({ code: "TYPES_BAD_AMOUNT" }));
      expect(parse).toThrow(/like 12 or 0\.5/);
    },
  );

  it("reads back to the last spike what formatGln wrote", () => {
    fc.assert(
      fc.property(amounts, (spikes) => expect(parseGln(formatGln(spikes))).toBe(spikes)),
      { seed: SEED },
    );
  });
});

describe("formatGln", () => {
  it("writes no trailing zeros", () => {
    expect(formatGln(asSpikes(1_500_000_000n))).toBe("1.5");
    expect(formatGln(asSpikes(2_000_000_000n))).toBe("2");
    expect(formatGln(0n)).toBe("0");
  });

  it("cuts to decimals and never shows more than there is", () => {
    expect(formatGln(1_999_999_999n, { decimals: 3 })).toBe("1.999");
    expect(formatGln(2_000_000_000n, { decimals: 3 })).toBe("2.000");
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 9 }), (spikes, decimals) => {
        const shown = parseGln(formatGln(spikes, { decimals }));
        expect(shown <= spikes && spikes - shown < 10n ** BigInt(9 - decimals)).toBe(true);
      }),
      { seed: SEED },
    );
  });

  it("shows a debt with its sign", () => expect(formatGln(-1_500_000_000n)).toBe("-1.5"));
});
