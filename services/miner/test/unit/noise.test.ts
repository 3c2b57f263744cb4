import { NETWORK_DIM } from "@ganglion/params";
import { describe, expect, it } from "@jest/globals";
import { load } from "../../src/plugins/noise.ts";
import { collect, hostOf, textBytes } from "../gen/pluginHost.ts";

describe("the plug-in noise", () => {
  it("answers a prefix the same whatever follows it", async () => {
    const model = await load({}, hostOf(""));
    const short = await model.forward([{ text: textBytes("abc"), positions: [2] }]);
    const long = await model.forward([{ text: textBytes("abcdef"), positions: [2, 5] }]);
    expect(long.rows.subarray(0, NETWORK_DIM)).toEqual(short.rows);
    expect(long.rows.subarray(NETWORK_DIM)).not.toEqual(short.rows);
  });

  it("draws another model for another seed", async () => {
    const one = await load({}, hostOf(""));
    const other = await load({}, hostOf("", { seed: 43 }));
    expect(other.describe()?.modelDigest).not.toEqual(one.describe()?.modelDigest);
  });

  it("generates as many bytes as it is asked for", async () => {
    const model = await load({}, hostOf(""));
    const options = { maxBytes: 10, temperature: 1, seed: 1n };
    const pieces = await collect(model.generate(textBytes("a"), options, AbortSignal.timeout(5_000)));
    expect(pieces.reduce((sum, piece) => sum + piece.length, 0)).toBe(10);
  });
});
