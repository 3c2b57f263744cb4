import { parseHotkey } from "@ganglion/types";
import { chain } from "@ganglion/wire";
import { describe, expect, it } from "@jest/globals";
import { findHotkey } from "../../src/cmds/money/findHotkey.ts";

const keyOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const VACANT = new Uint8Array(32);

/** Slots 0 to 2, of which 1 is empty; the keys of 0 and 2 have these names. */
function networkNaming(first: string, last: string) {
  const neurons = [keyOf(1), VACANT, keyOf(3)].map((hotkey, uid) => ({ uid, hotkey }));
  return {
    client: { metagraph: async () => chain.Metagraph.fromPartial({ neurons }) },
    nameOf: (hotkey: Uint8Array) => (hotkey[0] === 1 ? first : last),
  };
}

describe("findHotkey", () => {
  const named = networkNaming("prose", "code");

  it("finds a neuron by uid, by name and by its hotkey", async () => {
    expect(await findHotkey(named, "2")).toEqual(keyOf(3));
    expect(await findHotkey(named, "prose")).toEqual(keyOf(1));
    expect(await findHotkey(named, "07".repeat(32))).toEqual(parseHotkey(keyOf(7)));
  });

  it("takes digits as a uid, though a key has that name", async () => {
    expect(await findHotkey(networkNaming("2", "0"), "2")).toEqual(keyOf(3));
    await expect(findHotkey(networkNaming("5", "code"), "5")).rejects.toMatchObject({
      code: "CLI_NO_NEURON",
    });
  });

  it("finds no empty slot", async () => {
    await expect(findHotkey(named, "1")).rejects.toMatchObject({ code: "CLI_NO_NEURON" });
  });
});
