import { asUid, errorCode, type WeightRow } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { applyBlock, readGovernance, readParams } from "../../../src/index.ts";
import { readRow, rowCount } from "../../../src/state/rows.ts";
import { decide, governed, upgradeAt } from "../../gen/governed.ts";
import { SERVE_MINER, type Sim } from "../../gen/sim.ts";
import { fakeVerify } from "../../gen/testKey.ts";

const ROWS: readonly WeightRow[] = [{ domainId: 0, entries: [{ uid: asUid(1), weight: 1 }] }];

function codeOfNext(sim: Sim): string {
  try {
    sim.block();
    return "OK";
  } catch (error) {
    return errorCode(error);
  }
}

function bondsLeft(sim: Sim): boolean {
  return Array.from({ length: rowCount(sim.state, "bonds") }, (_, uid) =>
    readRow(sim.state, "bonds", uid),
  ).some(({ entries }) => entries.length > 0);
}

/** "val" holds bonds in a miner, and the upgrade is decided for a height. */
function market(height: number, name: string): Sim {
  const sim = governed();
  sim.register("miner");
  sim.include("miner", SERVE_MINER);
  decide(sim, upgradeAt(height, name));
  for (let i = 0; i < 3; i++) sim.weightEpoch(() => ROWS);
  return sim;
}

describe("upgrades", () => {
  it("GOV-7: stop a version that does not know them before the block at their height", () => {
    const sim = governed();
    decide(sim, upgradeAt(60, "tomorrow"));
    expect(readGovernance(sim.state).upgrade).toEqual({ height: 60, name: "tomorrow" });
    sim.runTo(59);
    const { root } = sim;
    expect(codeOfNext(sim)).toBe("CHAIN_UPGRADE_NEEDED");
    expect(codeOfNext(sim)).toBe("CHAIN_UPGRADE_NEEDED");
    expect([sim.height, sim.root]).toEqual([59, root]);
  });

  it("GOV-7: name the missing version", () => {
    const sim = governed();
    decide(sim, upgradeAt(60, "constructor"));
    sim.runTo(59);
    expect(() => sim.block()).toThrow('block 60 needs a version with the upgrade "constructor"');
  });

  it("GOV-7: change the state of a version that knows them before the block at their height", () => {
    const sim = market(75, "consensus-yuma3");
    sim.runTo(74);
    expect(readParams(sim.state).consensusMode).toBe("classic");
    expect(sim.block().events[0]).toEqual({ kind: "Upgraded", height: 75, name: "consensus-yuma3" });
    expect(readParams(sim.state).consensusMode).toBe("yuma3");
    expect(codeOfNext(sim)).toBe("OK");
  });

  it("GOV-7: go on from the state at which a version stopped that did not know them", () => {
    const sim = market(75, "consensus-yuma3");
    sim.runTo(74);
    const { root } = sim;
    const block = sim.nextInput();
    const old = { verifySignature: fakeVerify, upgrades: new Map() };
    expect(() => applyBlock(sim.state, block, old)).toThrow('a version with the upgrade "consensus-yuma3"');
    expect(sim.root).toBe(root);
    expect(sim.apply(block).events[0]).toMatchObject({ kind: "Upgraded" });
  });

  it("GOV-7: clear all bonds when the mode of consensus changes, and only then", () => {
    for (const [name, cleared] of [
      ["consensus-yuma3", true],
      ["consensus-classic", false],
    ] as const) {
      const sim = market(75, name);
      sim.runTo(74);
      expect(bondsLeft(sim)).toBe(true);
      sim.block();
      expect(bondsLeft(sim)).toBe(!cleared);
    }
  });

  it("GOV-7: can be decided anew as long as they are ahead", () => {
    const sim = governed();
    decide(sim, upgradeAt(200, "tomorrow"));
    decide(sim, upgradeAt(100, "consensus-yuma3"));
    sim.runTo(200);
    expect(readParams(sim.state).consensusMode).toBe("yuma3");
  });
});
