import { PRESETS } from "@ganglion/params";
import { bytesToHex } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { createGenesis, encodeGenesis, genesisHash, parseGenesis, readParams } from "../../src/index.ts";
import { testGenesis } from "../gen/testGenesis.ts";

describe("genesis", () => {
  it("reads back what it wrote, to the same hash", () => {
    const doc = testGenesis({ params: { epochLengthBlocks: 7 } });
    const again = parseGenesis(encodeGenesis(doc));
    expect(again).toEqual(doc);
    expect(genesisHash(again)).toEqual(genesisHash(doc));
    expect(readParams(createGenesis(doc))).toEqual(doc.params);
  });

  it("takes parameters from the preset that the document does not name", () => {
    const { params: _params, ...rest } = JSON.parse(encodeGenesis(testGenesis())) as Record<string, unknown>;
    expect(parseGenesis(JSON.stringify(rest)).params).toEqual(PRESETS.minimal.protocol);
  });

  it("has another hash for any other document", () => {
    const hashes = [
      testGenesis(),
      testGenesis({ params: { workValidBlocks: 9 } }),
      testGenesis({ validators: ["other"] }),
      { ...testGenesis(), chainId: "other" },
    ].map((doc) => bytesToHex(genesisHash(doc)));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it.each([
    ["no JSON", "{", "no JSON"],
    ["an unknown field", '{"chain":1}', "no field chain"],
    ["an unknown preset", '{"chainId":"x","preset":"tiny"}', "minimal, local or mainnet"],
  ])("says what is wrong with %s", (_name, text, message) => {
    expect(() => parseGenesis(text)).toThrow(message);
  });

  it("START-2: gives all bootstrap validators the same power", () => {
    const doc = testGenesis({ validators: ["a", "b"] });
    const powers = (second: bigint) => ({
      ...doc,
      validators: doc.validators.map((validator, i) => ({ ...validator, power: i === 0 ? 7n : second })),
    });
    expect(() => createGenesis(powers(8n))).toThrow("validators: all have the same power");
    expect(createGenesis(powers(7n))).toBeDefined();
  });

  it("POWER-6: gives no more power than CometBFT takes", () => {
    const doc = testGenesis({ validators: ["a", "b"] });
    const of = (power: bigint) => ({
      ...doc,
      validators: doc.validators.map((validator) => ({ ...validator, power })),
    });
    expect(createGenesis(of((1n << 59n) - 1n))).toBeDefined();
    expect(() => createGenesis(of(1n << 59n))).toThrow("less than 2^60");
  });

  it.each([
    ["shares", testGenesis({ domains: [{ name: "a", sharePpm: 1 }] }), "shares sum to 1"],
    ["validators", testGenesis({ validators: [] }), "validators: 1 to 4"],
    ["immunity", testGenesis({ params: { immunityBlocks: 30 } }), "immunityBlocks"],
    ["work", testGenesis({ params: { workValidBlocks: 64 } }), "workValidBlocks: 1 to 63"],
    ["twins", testGenesis({ validators: ["a", "a"] }), "its own hotkey"],
  ])("refuses wrong %s", (_name, doc, message) => {
    expect(() => createGenesis(doc)).toThrow(message);
  });
});
