import { UNSTAKE_ALL } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { Network } from "../../gen/network.ts";
import { testKey } from "../../gen/testKey.ts";

const GLN = 1_000_000_000n;
const ENDED = { bootstrapEndHeight: 10 };

/** Four validators of genesis with a hundred GLN each, after the bootstrap. */
function settled(names: readonly string[], params: object = {}): Network {
  const network = new Network({ validators: names, params: { ...ENDED, maxValidators: 8, ...params } });
  for (const name of names) network.stake(`${name} owner`, name, 100n * GLN);
  network.finishEpoch();
  return network;
}

function epochs(network: Network, count: number, absent: readonly string[] = []): void {
  for (let epoch = 0; epoch < count; epoch++) network.finishEpoch({ absent });
}

describe("power", () => {
  it("POWER-3: is alike for the keys of genesis while the bootstrap lasts, and rotates", () => {
    const network = new Network({ validators: ["a", "b"], params: { maxValidators: 2 } });
    network.stake("a owner", "a", 50n * GLN);
    network.join("c", 100n * GLN);
    epochs(network, 2);
    expect([network.share("a consensus"), network.share("b consensus")]).toEqual([500, 500]);
    expect(network.share("c consensus")).toBe(0);
    network.sim.fund("a", GLN);
    network.sim.send("a", network.sim.bindOf("a new", "a"));
    network.expectOk();
    epochs(network, 3);
    expect([network.share("a new"), network.share("b consensus")]).toEqual([500, 500]);
    expect(network.key("a new")).toMatchObject({ genesis: true, bound: true });
  });

  it("POWER-3: is the whole stake of the pool, own and delegated, from the next epoch on", () => {
    const network = settled(["a", "b"]);
    expect(network.key("a consensus")?.power).toBe(100n * GLN);
    network.stake("delegator", "a", 20n * GLN);
    expect(network.key("a consensus")?.power).toBe(100n * GLN);
    network.finishEpoch();
    expect(network.key("a consensus")).toMatchObject({ power: 120n * GLN, stake: 120n * GLN });
  });

  it("POWER-3: goes to the maxValidators greatest stakes of at least minStakeSpikes", () => {
    const network = settled(["a", "b"], { maxValidators: 2 });
    network.join("c", 60n * GLN);
    network.join("d", 10_000_000n);
    epochs(network, 1);
    expect(network.share("c consensus")).toBe(0);
    const { publicKey: hotkey } = testKey("b");
    network.sim.send("b owner", { kind: "unstake", hotkey, amount: UNSTAKE_ALL });
    network.expectOk();
    epochs(network, 4);
    expect(network.share("b consensus")).toBe(0);
    expect(network.share("c consensus")).toBe(375);
    expect(network.engine.powers.size).toBe(2);
  });

  it("POWER-4: fills up with keys of genesis, each with the mean of the others, until enough are bound", () => {
    const network = new Network({
      validators: ["a", "b", "c"],
      params: { ...ENDED, minConsensusKeys: 3, maxValidators: 4 },
    });
    network.join("x", 10n * GLN);
    network.join("y", 20n * GLN);
    epochs(network, 4);
    expect(network.engine.powers.size).toBe(3);
    expect(network.share("x consensus")).toBe(222);
    expect([network.share("a consensus"), network.share("y consensus")]).toEqual([333, 444]);
    network.join("z", 30n * GLN);
    epochs(network, 4);
    expect(network.share("a consensus")).toBe(0);
    expect(network.engine.powers.size).toBe(3);
    network.sim.send("z", { kind: "unbindKey" });
    network.expectOk();
    epochs(network, 4);
    expect(network.share("a consensus")).toBe(333);
  });

  it("POWER-4: stays as it is when fewer than minConsensusKeys are left", () => {
    const network = settled(["a", "b"], { minConsensusKeys: 2 });
    network.sim.fund("b", GLN);
    network.sim.send("b", { kind: "unbindKey" });
    network.expectOk();
    expect(network.finishEpoch().validatorUpdates).toEqual([]);
    expect(network.share("b consensus")).toBe(500);
  });

  it("POWER-5: moves at most a third of power an epoch, and gets there", () => {
    const network = settled(["a"]);
    network.join("x", 1_500n * GLN);
    const shares: number[] = [];
    for (let epoch = 0; epoch < 4; epoch++) {
      network.finishEpoch();
      shares.push(network.share("x consensus"));
    }
    expect(shares).toEqual([330, 660, 937, 937]);
  });

  it("POWER-6: tells only what differs", () => {
    const network = settled(["a", "b"]);
    expect(network.finishEpoch().validatorUpdates).toEqual([]);
    network.stake("delegator", "a", GLN);
    const { validatorUpdates, events } = network.finishEpoch();
    const consensusKey = testKey("a consensus").publicKey;
    expect(validatorUpdates).toEqual([{ consensusKey, power: 101n * GLN }]);
    expect(events).toContainEqual({
      kind: "KeyPowerChanged",
      hotkey: testKey("a").publicKey,
      consensusKey,
      power: 101n * GLN,
      before: 100n * GLN,
    });
    expect(network.block().validatorUpdates).toEqual([]);
  });

  it("POWER-7: jails keys that signed too little, a sixth of power at most, worst first", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const network = settled(names);
    network.finishEpoch();
    network.runTo(network.sim.height + 3, { absent: ["g consensus"] });
    const { events } = network.finishEpoch({ absent: ["g consensus", "h consensus"] });
    expect(events.filter(({ kind }) => kind === "KeyJailed")).toHaveLength(1);
    expect(network.key("g consensus")).toMatchObject({ jailed: true, power: 0n });
    expect(network.key("h consensus")).toMatchObject({ jailed: false, signedBlocks: 0, seenBlocks: 0 });
    expect(network.share("a consensus")).toBe(142);
  });

  it("POWER-7: takes the power of a greater key in steps of a sixth", () => {
    const network = settled(["a", "b", "c", "d"]);
    const absent = ["d consensus"];
    network.finishEpoch({ absent });
    expect(network.key("d consensus")?.jailed).toBe(true);
    expect(network.share("d consensus")).toBe(85);
    network.finishEpoch({ absent });
    expect(network.share("d consensus")).toBe(0);
  });

  it("POWER-7: jails nobody in the bootstrap, nor below minConsensusKeys", () => {
    const young = new Network({ validators: ["a", "b"] });
    epochs(young, 2, ["b consensus"]);
    expect(young.key("b consensus")?.jailed).toBe(false);
    const few = settled(["a", "b"], { minConsensusKeys: 2 });
    epochs(few, 2, ["b consensus"]);
    expect(few.key("b consensus")?.jailed).toBe(false);
  });

  it("POWER-8: ends jail when both its blocks and its time are over", () => {
    const network = settled(["a", "b", "c", "d"], { jailBlocks: 15 });
    const absent = ["d consensus"];
    network.finishEpoch({ absent });
    const { jailedUntilHeight, jailedUntilMs } = network.key("d consensus") ?? {};
    expect([jailedUntilHeight, jailedUntilMs]).toEqual([35, network.sim.metagraph.timeMs + 15_000]);
    const { timeMs } = network.sim.metagraph;
    while (network.sim.height < 40) network.block({ absent, timeMs: timeMs + 1 });
    expect(network.key("d consensus")).toMatchObject({ jailed: true, power: 0n });
    network.runTo(50, { absent });
    network.finishEpoch();
    expect(network.key("d consensus")).toMatchObject({ jailed: false, power: 100n * GLN });
  });

  it("POWER-8: follows the pool to another hotkey and another key", () => {
    const network = settled(["a", "b", "c", "d"], { jailBlocks: 30 });
    epochs(network, 1, ["d consensus"]);
    const { sim } = network;
    const newHotkey = testKey("d 2").publicKey;
    sim.send("d owner", { kind: "swapHotkey", hotkey: testKey("d").publicKey, newHotkey }, ["d 2"]);
    network.expectOk();
    sim.fund("d 2", GLN);
    sim.send("d 2", sim.bindOf("d new", "d 2"));
    network.expectOk();
    epochs(network, 1);
    expect(network.key("d new")).toMatchObject({ jailed: true, power: 0n, hotkey: newHotkey });
    epochs(network, 3);
    expect(network.key("d new")).toMatchObject({ jailed: false, power: 100n * GLN });
  });
});
