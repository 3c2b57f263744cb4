import { PRESETS } from "@ganglion/params";
import { chain } from "@ganglion/wire";
import { describe, expect, it } from "@jest/globals";
import { decodeParams } from "../../src/decodeParams.ts";

const literal = Object.fromEntries(
  Object.entries(PRESETS.local.protocol).map(([name, value]) => [name, String(value)]),
);
const answer = (params: Record<string, string>) =>
  chain.GetParamsResponse.fromPartial({ preset: "local", params, difficulty: "65536" });

describe("decodeParams", () => {
  it("gives every parameter its own type back", () => {
    expect(decodeParams(answer(literal)).protocol).toEqual(PRESETS.local.protocol);
  });

  it("refuses a node that lacks a parameter", () => {
    const { epochLengthBlocks: _gone, ...rest } = literal;
    expect(() => decodeParams(answer(rest))).toThrow("epochLengthBlocks");
  });

  it("refuses a value that is no whole number", () => {
    expect(() => decodeParams(answer({ ...literal, maxNeurons: "many" }))).toThrow("maxNeurons");
  });
});
