import { chain } from "@ganglion/wire";
import { describe, expect, it } from "@jest/globals";
import { buildSnapshot } from "../../src/core/buildSnapshot.ts";
import { changesBetween } from "../../src/core/changes.ts";
import type { NetworkSnapshot } from "../../src/core/snapshot.ts";

const PROSE = new Uint8Array(32).fill(1);

function snapshotWith(height: number, hotkeys: readonly Uint8Array[]): NetworkSnapshot {
  return buildSnapshot({
    chainId: "test",
    uptimeMs: 1_000,
    height,
    metagraph: chain.Metagraph.fromPartial({
      height,
      neurons: hotkeys.map((hotkey, uid) => ({ uid, hotkey })),
    }),
    reports: [],
    programs: [],
    known: new Map([["01".repeat(32), { name: "prose", domain: "en" }]]),
  });
}

describe("what happened between two looks", () => {
  const registered = snapshotWith(2, [PROSE]);

  it("names the neuron that took a slot", () => {
    expect(changesBetween(snapshotWith(1, []), registered)).toEqual([
      { event: "registered", uid: 0, name: "prose", height: 2 },
    ]);
  });

  it("tells a slot that was emptied from one that was taken", () => {
    expect(changesBetween(registered, snapshotWith(3, [new Uint8Array(32)]))).toEqual([
      { event: "vacated", uid: 0, name: "vacant", height: 3 },
    ]);
  });
});
