import { chain } from "@ganglion/wire";
import { describe, expect, it } from "@jest/globals";
import { buildSnapshot, type Observed } from "../../src/core/buildSnapshot.ts";
import { changesBetween } from "../../src/core/changes.ts";
import type { NetworkSnapshot } from "../../src/core/snapshot.ts";

const PROSE = new Uint8Array(32).fill(1);

const UNSEEN: Observed = {
  chainId: "test",
  uptimeMs: 1_000,
  height: 0,
  metagraph: undefined,
  reports: [],
  programs: [],
  known: new Map([["01".repeat(32), { name: "prose", domain: "en" }]]),
};

function snapshotWith(height: number, hotkeys: readonly Uint8Array[]): NetworkSnapshot {
  const neurons = hotkeys.map((hotkey, uid) => ({ uid, hotkey }));
  return buildSnapshot({ ...UNSEEN, height, metagraph: chain.Metagraph.fromPartial({ height, neurons }) });
}

function snapshotIn(epoch: number, issuance: bigint): NetworkSnapshot {
  const metagraph = chain.Metagraph.fromPartial({ height: 9, epoch, issuance });
  return buildSnapshot({ ...UNSEEN, height: 9, metagraph });
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

  it("tells an epoch that ended, and by how much issuance changed", () => {
    expect(changesBetween(snapshotIn(4, 70n), snapshotIn(5, 65n))).toEqual([
      {
        event: "epoch",
        epoch: 4,
        height: 9,
        issuance: "65",
        issuanceChange: "-5",
        minersPaid: 0,
        uptimeMs: 1_000,
      },
    ]);
  });

  it("tells of programs before the ledger was heard, and of no epoch when it first is", () => {
    const starting = buildSnapshot({ ...UNSEEN, programs: [{ name: "chain", state: "starting" }] });
    expect(changesBetween(undefined, starting)).toEqual([
      { event: "program", name: "chain", state: "starting" },
    ]);
    const events = changesBetween(starting, snapshotIn(7, 140n)).map(({ event }) => event);
    expect(events).toEqual(["firstBlock"]);
  });
});
