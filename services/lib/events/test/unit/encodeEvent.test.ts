import { asSpikes, parseAddressBytes } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { encodeEvent } from "../../src/index.ts";

describe("encodeEvent", () => {
  it("writes bytes as hex and amounts as decimal strings", () => {
    const { kind, json } = encodeEvent({
      kind: "Transferred",
      from: parseAddressBytes(new Uint8Array(20).fill(1)),
      to: parseAddressBytes(new Uint8Array(20).fill(0xab)),
      amount: asSpikes(2n ** 60n),
    });
    expect(kind).toBe("Transferred");
    expect(JSON.parse(json)).toEqual({
      v: 1,
      kind: "Transferred",
      from: "01".repeat(20),
      to: "ab".repeat(20),
      amount: "1152921504606846976",
    });
  });
});
