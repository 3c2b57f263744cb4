import { asSpikes, asUid, UNSTAKE_ALL } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { createGenesis, readSupply } from "../../../src/index.ts";
import { SERVE_MINER, SERVE_VALIDATOR, Sim } from "../../gen/sim.ts";
import { testGenesis } from "../../gen/testGenesis.ts";
import { testKey } from "../../gen/testKey.ts";

const GLN = 1_000_000_000n;
const forUid = (uid: number) => [{ domainId: 0, entries: [{ uid: asUid(uid), weight: 7 }] }];

describe("bootstrap", () => {
  it("START-1: starts with no money, and with slots and permits of the bootstrap validators", () => {
    const sim = new Sim({ validators: ["a", "b"] });
    expect(readSupply(createGenesis(testGenesis()))).toMatchObject({ issuance: 0n, minted: 0n });
    expect(sim.metagraph.neurons).toHaveLength(2);
    expect(sim.neuron("b")).toMatchObject({ uid: 1, role: "validator", permit: true, bootstrap: true });
  });

  it("START-2: weighs its validators the same, whatever stake does", () => {
    const sim = new Sim({ validators: ["a", "b", "c"] });
    sim.register("x");
    sim.register("y");
    sim.fund("a owner", 100n * GLN);
    sim.include("a owner", { kind: "stake", hotkey: testKey("a").publicKey, amount: asSpikes(90n * GLN) });
    sim.runTo(10);
    const rowsOf = (name: string) => forUid(name === "a" ? 3 : 4);
    sim.weightEpoch(rowsOf);
    const { epochReport } = sim.weightEpoch(rowsOf);
    expect(epochReport?.neurons[3]?.incentive).toBe(0);
    expect(epochReport?.neurons[4]?.incentive).toBe(1);
  });

  it("START-3: ends at the first boundary with enough issuance or height, and stays ended", () => {
    const sim = new Sim({ params: { bootstrapEndHeight: 25 } });
    sim.runTo(20);
    expect(sim.metagraph.bootstrap).toBe(true);
    const { events } = sim.runTo(30);
    expect(events).toContainEqual({ kind: "BootstrapEnded", height: 30 });
    const rich = new Sim();
    rich.fund("a", 200n * GLN);
    rich.runTo(10);
    expect(rich.metagraph.bootstrap).toBe(false);
    rich.runTo(20);
    expect(rich.metagraph.bootstrap).toBe(false);
  });

  it("START-4: keeps its validators in their slots while it lasts", () => {
    const sim = new Sim({ params: { maxNeurons: 1 } });
    sim.runTo(50);
    expect(sim.register("x")).toBe("REGISTER_ALL_IMMUNE");
    const ended = new Sim({ params: { maxNeurons: 1, bootstrapEndHeight: 10 } });
    ended.runTo(50);
    expect(ended.register("x")).toBe("OK");
    expect(ended.neuron("x").uid).toBe(0);
  });

  it("START-5: ends when it should although a majority unstakes everything and stops weighting", () => {
    const sim = new Sim({ validators: ["a", "b", "c"], params: { bootstrapEndHeight: 60 } });
    sim.register("miner");
    sim.runTo(10);
    const quit: string[] = [];
    const rowsOf = (name: string) => (quit.includes(name) ? [] : forUid(3));
    for (let epoch = 0; epoch < 3; epoch++) sim.weightEpoch(rowsOf);
    quit.push("a", "b");
    for (const name of quit) {
      const { publicKey: hotkey } = testKey(name);
      expect(sim.neuron(name).stake).toBeGreaterThan(0n);
      sim.send(`${name} owner`, { kind: "unstake", hotkey, amount: UNSTAKE_ALL });
    }
    expect(sim.weightEpoch(rowsOf).receipts).toEqual([]);
    expect(sim.metagraph.bootstrap).toBe(true);
    expect(sim.runTo(60).events).toContainEqual({ kind: "BootstrapEnded", height: 60 });
    sim.send("c", sim.commitOf("c", forUid(3)));
    sim.runTo(70);
    expect(sim.neuron("c").permit).toBe(true);
  });

  it("START-6: hands over to stake and goes on paying, although miners hold most of it", () => {
    const sim = new Sim({ validators: ["a", "b"], params: { bootstrapEndHeight: 50 } });
    sim.register("miner");
    sim.runTo(10);
    while (sim.metagraph.bootstrap) sim.weightEpoch(() => forUid(2));
    expect(sim.height).toBe(50);
    const stakes = ["a", "b", "miner"].map((name) => sim.neuron(name).stake);
    expect(stakes[2]).toBeGreaterThan(4n * ((stakes[0] ?? 0n) + (stakes[1] ?? 0n)));
    for (let epoch = 0; epoch < 3; epoch++) {
      const report = sim.weightEpoch(() => forUid(2)).epochReport;
      expect(report).toMatchObject({ bootstrap: false, minted: 10n * GLN });
      expect(report?.validatorsMinted).toBe(report?.minersMinted);
    }
  });

  it("STAKE-6: gives permits by stake to validators that committed lately, once it has ended", () => {
    const sim = new Sim({ validators: ["a", "b"], params: { bootstrapEndHeight: 10, maxValidators: 2 } });
    for (const name of ["x", "y"]) {
      sim.register(name);
      sim.include(name, SERVE_VALIDATOR);
      sim.fund(`${name} owner`, 10n * GLN);
      const amount = asSpikes(name === "x" ? 5n * GLN : 3n * GLN);
      sim.include(`${name} owner`, { kind: "stake", hotkey: testKey(name).publicKey, amount });
    }
    sim.runTo(10);
    expect(sim.neuron("a").permit).toBe(false);
    expect(sim.neuron("x").permit).toBe(false);
    sim.include("x", sim.commitOf("x", []));
    const { events } = sim.runTo(20);
    expect(sim.metagraph.neurons.map(({ permit }) => permit)).toEqual([false, false, true, false]);
    expect(events).toContainEqual({ kind: "PermitsChanged", granted: [2], revoked: [] });
    sim.include("x owner", { kind: "unstake", hotkey: testKey("x").publicKey, amount: UNSTAKE_ALL });
    sim.include("y", sim.commitOf("y", []));
    sim.runTo(30);
    expect(sim.metagraph.neurons.map(({ permit }) => permit)).toEqual([false, false, false, true]);
    expect(sim.include("y", SERVE_MINER)).toBe("OK");
    sim.runTo(40);
    expect(sim.neuron("y").permit).toBe(false);
  });

  it("STAKE-3: counts new stake from the next epoch on", () => {
    const sim = new Sim({ validators: ["a", "b"], params: { bootstrapEndHeight: 10 } });
    sim.register("x");
    sim.register("y");
    for (const name of ["a", "b"]) {
      sim.fund(`${name} owner`, 100n * GLN);
      const amount = asSpikes(name === "a" ? 2n * GLN : GLN);
      sim.include(`${name} owner`, { kind: "stake", hotkey: testKey(name).publicKey, amount });
      sim.include(name, sim.commitOf(name, []));
    }
    sim.runTo(10);
    const rowsOf = (name: string) => forUid(name === "a" ? 2 : 3);
    const rows = { a: rowsOf("a"), b: rowsOf("b") };
    sim.send("a", sim.commitOf("a", rows.a));
    sim.send("b", sim.commitOf("b", rows.b));
    sim.runTo(20);
    sim.send("a", sim.revealOf(rows.a));
    sim.send("b", sim.revealOf(rows.b));
    sim.send("a", sim.commitOf("a", rows.a));
    sim.send("b", sim.commitOf("b", rows.b));
    sim.send("b owner", { kind: "stake", hotkey: testKey("b").publicKey, amount: asSpikes(50n * GLN) });
    const first = sim.runTo(30);
    expect(first.epochReport?.neurons[2]?.incentive).toBe(1);
    sim.send("a", sim.revealOf(rows.a));
    sim.send("b", sim.revealOf(rows.b));
    const second = sim.runTo(40);
    expect(second.epochReport?.neurons[3]?.incentive).toBe(1);
  });
});
