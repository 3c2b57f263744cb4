import { asHeight, asSpikes, parseHotkey } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { encodeEvent } from "../../src/core/encodeEvent.ts";

describe("encodeEvent", () => {
  it("writes amounts as strings and bytes as hex", () => {
    const hotkey = parseHotkey(new Uint8Array(32).fill(10));
    const event = { kind: "NeuronRegistered", uid: 3, hotkey, price: asSpikes(5n) };
    expect(JSON.parse(encodeEvent(event as never))).toEqual({
      v: 1,
      uid: 3,
      hotkey: "0a".repeat(32),
      price: "5",
    });
  });

  it("leaves numbers as they are", () => {
    expect(encodeEvent({ kind: "BootstrapEnded", height: asHeight(7) })).toBe('{"v":1,"height":7}');
  });
});
