import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { comparePositions, decodeEnvelope, encodeEnvelope, eventId, eventSubject } from "../../src/index.ts";

const GENESIS = "0f".repeat(32);
const EVENT = { height: 12, index: 3, kind: "KeyUnbound", json: '{"v":1,"kind":"KeyUnbound"}' };

describe("the envelope of an event", () => {
  it("names network, block and place beside the event", () => {
    const text = encodeEnvelope({ genesis: GENESIS, ...EVENT });
    expect(text).toBe(`{"genesis":"${GENESIS}","height":12,"index":3,"event":{"v":1,"kind":"KeyUnbound"}}`);
    expect(decodeEnvelope(text)).toEqual({ genesis: GENESIS, ...EVENT });
  });

  it("tells of events that never came before it", () => {
    const text = encodeEnvelope({ genesis: GENESIS, ...EVENT, wholeFrom: 7 });
    expect(JSON.parse(text)).toMatchObject({ height: 12, wholeFrom: 7 });
    expect(decodeEnvelope(text)).toEqual({ genesis: GENESIS, ...EVENT, wholeFrom: 7 });
  });

  it("keeps a kind and fields that this version does not know", () => {
    const text = `{"genesis":"a","height":1,"index":0,"event":{"v":9,"kind":"Later","x":[1]},"more":true}`;
    expect(decodeEnvelope(text)).toMatchObject({ kind: "Later", json: '{"v":9,"kind":"Later","x":[1]}' });
  });

  it.each([
    "",
    "[]",
    "null",
    "{}",
    '{"genesis":"a","height":-1,"index":0,"event":{"kind":"X"}}',
    '{"genesis":"a","height":1.5,"index":0,"event":{"kind":"X"}}',
    '{"genesis":"a","height":1,"index":0,"event":{"kind":7}}',
    '{"genesis":"a","height":1,"index":0}',
  ])("refuses %p with a code", (text) => {
    expect(() => decodeEnvelope(text)).toThrow(expect.objectContaining({ code: "BUS_BAD_MESSAGE" }));
  });

  it("never throws anything else, whatever is sent", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          decodeEnvelope(text);
        } catch (error) {
          expect(error).toMatchObject({ code: "BUS_BAD_MESSAGE" });
        }
      }),
      { seed: 7 },
    );
  });

  it("is sent under a subject and an id of its own", () => {
    expect(eventSubject("EpochFinished")).toBe("chain.v1.EpochFinished");
    expect(eventId({ height: 12, index: 3 })).toBe("12:3");
  });

  it("orders by block, then by place", () => {
    const at = (height: number, index: number) => ({ height, index });
    const sorted = [at(2, 0), at(1, 10), at(1, 9)].sort(comparePositions);
    expect(sorted).toEqual([at(1, 9), at(1, 10), at(2, 0)]);
  });
});
