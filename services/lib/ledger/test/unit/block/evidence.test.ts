import { asSpikes, asUid, UNSTAKE_ALL } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { type Misbehaviour, readAccount, readSupply } from "../../../src/index.ts";
import { findBacking } from "../../../src/state/backings.ts";
import { Network } from "../../gen/network.ts";
import { testKey } from "../../gen/testKey.ts";

const GLN = 1_000_000_000n;
const VALIDATORS = ["a", "b", "c", "d"];
const key = (name: string) => testKey(name).publicKey;

/** Validators with a hundred GLN of stake each, whose keys vote by it since height 12. */
function settled(params: object = {}): Network {
  const network = new Network({ validators: VALIDATORS, params: { bootstrapEndHeight: 10, ...params } });
  for (const name of VALIDATORS) network.stake(`${name} owner`, name, 100n * GLN);
  network.stake("ann", "a", 100n * GLN);
  network.finishEpoch();
  network.runTo(14);
  return network;
}

function fault(network: Network, height: number, change: Partial<Misbehaviour> = {}): Misbehaviour {
  const timeMs = network.sim.metagraph.timeMs - (network.sim.height - height) * 1_000;
  return { kind: "duplicateVote", consensusKey: key("a consensus"), height, timeMs, ...change };
}

const stakeOf = (network: Network, name: string): bigint => network.sim.neuron(name).stake;
const escrowOf = (network: Network, name: string): readonly bigint[] =>
  readAccount(network.sim.state, testKey(name).address).unbondings.map(({ amount }) => amount);

describe("evidence", () => {
  it("EVID-1: counts within its age in blocks or in time, of keys that could vote", () => {
    const network = settled();
    network.runTo(34);
    const old = fault(network, 13);
    network.block({ misbehaviour: [{ ...old, timeMs: old.timeMs - 1 }] });
    network.block({
      misbehaviour: [fault(network, 40), fault(network, 30, { consensusKey: key("nobody") })],
    });
    expect(stakeOf(network, "a")).toBe(200n * GLN);
    expect(network.key("a consensus")?.tombstoned).toBe(false);
    const recent = { timeMs: network.sim.metagraph.timeMs - 19_000 };
    const { events } = network.block({ misbehaviour: [fault(network, 13, recent)] });
    expect(events).toContainEqual({
      kind: "FaultPunished",
      fault: "duplicateVote",
      hotkey: key("a"),
      consensusKey: key("a consensus"),
      height: 13,
      backing: 200n * GLN,
      burned: 10n * GLN,
    });
  });

  it("EVID-2: goes by what backed the key at the height of the fault", () => {
    const network = settled();
    expect(stakeOf(network, "a")).toBe(200n * GLN);
    network.finishEpoch();
    network.stake("ben", "a", 100n * GLN);
    network.finishEpoch();
    network.block({ misbehaviour: [fault(network, 13)] });
    expect(stakeOf(network, "a")).toBe(290n * GLN);
    const genesis = settled();
    genesis.block({ misbehaviour: [fault(genesis, 11)] });
    expect(stakeOf(genesis, "a")).toBe(200n * GLN);
    expect(genesis.key("a consensus")?.tombstoned).toBe(true);
  });

  // About the set of heights 12 to 21. Evidence is too old after 20 blocks and 20 s, and 2 epochs are 20 blocks and 20 s
  // more; then the set after it must be as old too, at the end of an epoch.
  it.each([
    { blockMs: 100, lastEvidence: 221, gone: 430 },
    { blockMs: 1_000, lastEvidence: 41, gone: 80 },
    { blockMs: 10_000, lastEvidence: 41, gone: 80 },
  ])(
    "EVID-2: keeps what backed a set until its faults are too old by blocks and by time, and 2 epochs more (%j)",
    (at) => {
      const network = settled();
      const { sim } = network;
      const nextMs = (): number => sim.metagraph.timeMs + at.blockMs;
      const runTo = (height: number): void => {
        while (sim.height < height) network.block({ timeMs: nextMs() });
      };
      runTo(21);
      const late = fault(network, 21);
      const countsNext = (): boolean => {
        const next = sim.fork();
        const { events } = next.apply({ ...next.nextInput({ timeMs: nextMs() }), misbehaviour: [late] });
        return events.some(({ kind }) => kind === "FaultPunished");
      };
      runTo(at.lastEvidence - 1);
      expect(countsNext()).toBe(true);
      runTo(at.lastEvidence);
      expect(countsNext()).toBe(false);
      const backing = () => findBacking(sim.state, key("a consensus"), 21)?.backing;
      runTo(at.gone - 1);
      expect(backing()).toBe(200n * GLN);
      runTo(at.gone);
      expect(backing()).toBeUndefined();
    },
  );

  it("EVID-2: remembers a key that left as long as a set in which it was", () => {
    const network = settled();
    const { sim } = network;
    sim.fund("a", GLN);
    sim.send("a", sim.bindOf("a new", "a"));
    network.expectOk();
    const heights = (): number[] => Array.from({ length: sim.height }, (_, i) => i + 1);
    const isInSet = (): boolean =>
      heights().some((height) => findBacking(sim.state, key("a consensus"), height) !== undefined);
    while (isInSet()) {
      expect(network.key("a consensus")).toBeDefined();
      network.finishEpoch();
    }
    expect(sim.height).toBeGreaterThanOrEqual(80);
    expect(network.key("a consensus")).toBeUndefined();
  });

  it("EVID-3: punishes a key once for an epoch, and once a block", () => {
    const network = settled();
    network.runTo(24);
    const both = [fault(network, 13), fault(network, 23), fault(network, 13, { kind: "lightClientAttack" })];
    const { events } = network.block({ misbehaviour: both });
    expect(events.filter(({ kind }) => kind === "FaultPunished")).toHaveLength(1);
    const again = network.block({ misbehaviour: [fault(network, 14)] });
    expect(again.events.filter(({ kind }) => kind === "FaultPunished")).toEqual([]);
    expect(stakeOf(network, "a")).toBe(190n * GLN);
    network.block({ misbehaviour: [fault(network, 23, { kind: "lightClientAttack" })] });
    expect(stakeOf(network, "a")).toBe(190n * GLN - 9_500_000_000n);
  });

  it("EVID-4: burns of all stake of the pool alike, and recycles it", () => {
    const network = settled();
    const before = readSupply(network.sim.state);
    network.block({ misbehaviour: [fault(network, 13)] });
    const after = readSupply(network.sim.state);
    expect(after.recycled - before.recycled).toBe(10n * GLN);
    expect(before.staked - after.staked).toBe(10n * GLN);
    const { stakes } = readAccount(network.sim.state, testKey("ann").address);
    expect(stakes.map(({ amount }) => amount)).toEqual([95n * GLN]);
    expect(stakeOf(network, "b")).toBe(100n * GLN);
  });

  it("EVID-4: reaches what unbonds since, not what left before or never counted", () => {
    const network = settled();
    const { sim } = network;
    const leave = (name: string, amount: bigint) =>
      sim.send(name, { kind: "unstake", hotkey: key("a"), amount: asSpikes(amount) });
    leave("ann", 20n * GLN);
    network.expectOk();
    const early = sim.height;
    network.block();
    leave("ann", 30n * GLN);
    network.expectOk();
    network.stake("ben", "a", 40n * GLN);
    leave("ben", UNSTAKE_ALL);
    network.expectOk();
    network.block({ misbehaviour: [fault(network, early + 1)] });
    expect(escrowOf(network, "ann")).toEqual([20n * GLN, 28_500_000_000n]);
    expect(escrowOf(network, "ben")).toEqual([40n * GLN]);
    // Of 150 GLN that stayed, 5 %: no position loses more, though what left before is not there to burn.
    expect(stakeOf(network, "a")).toBe(150n * GLN - 7_500_000_000n);
  });

  it("EVID-4: reaches what moved to another pool, and what was taken out there", () => {
    const network = settled();
    const { sim } = network;
    sim.send("ann", { kind: "moveStake", from: key("a"), to: key("b"), amount: UNSTAKE_ALL });
    sim.send("a owner", { kind: "moveStake", from: key("a"), to: key("c"), amount: asSpikes(60n * GLN) });
    network.expectOk();
    network.finishEpoch();
    sim.send("ann", { kind: "unstake", hotkey: key("b"), amount: UNSTAKE_ALL });
    network.expectOk();
    network.block({ misbehaviour: [fault(network, 13)] });
    expect(escrowOf(network, "ann")).toEqual([95n * GLN]);
    expect(stakeOf(network, "b")).toBe(100n * GLN);
    expect(stakeOf(network, "c")).toBe(157n * GLN);
    expect(stakeOf(network, "a")).toBe(38n * GLN);
    expect(readSupply(sim.state).recycled).toBeGreaterThan(10n * GLN);
  });

  it("EVID-4: tells whose shares went with moved stake", () => {
    const network = settled();
    const { sim } = network;
    sim.send("ann", { kind: "moveStake", from: key("a"), to: key("b"), amount: UNSTAKE_ALL });
    network.expectOk();
    network.finishEpoch();
    const stakeOfAnn = () => readAccount(sim.state, testKey("ann").address).stakes[0];
    const before = stakeOfAnn();
    const { events } = network.block({ misbehaviour: [fault(network, 13)] });
    const burned = {
      pool: before?.pool,
      hotkey: key("b"),
      address: testKey("ann").address,
      amount: 5n * GLN,
    };
    const shares = (before?.shares ?? 0n) - (stakeOfAnn()?.shares ?? 0n);
    expect(shares).toBeGreaterThan(0n);
    expect(events.filter(({ kind }) => kind === "StakeBurned")).toEqual([
      { kind: "StakeBurned", ...burned, shares },
    ]);
  });

  it("EVID-4: burns no more of what moved lately and does not count yet", () => {
    const network = settled();
    network.sim.send("ann", { kind: "moveStake", from: key("a"), to: key("b"), amount: UNSTAKE_ALL });
    network.expectOk();
    network.block({ misbehaviour: [fault(network, 13)] });
    expect([stakeOf(network, "a"), stakeOf(network, "b")]).toEqual([95n * GLN, 195n * GLN]);
  });

  it("EVID-4: leaves alone what moved before the fault", () => {
    const network = settled();
    network.sim.send("ann", { kind: "moveStake", from: key("a"), to: key("b"), amount: UNSTAKE_ALL });
    network.expectOk();
    const moved = network.sim.height;
    network.finishEpoch();
    network.block({ misbehaviour: [fault(network, moved + 1)] });
    expect([stakeOf(network, "a"), stakeOf(network, "b")]).toEqual([95n * GLN, 200n * GLN]);
  });

  it("EVID-5: bars the pool for ever, through a swap and whatever key it has", () => {
    const network = settled();
    const { sim } = network;
    sim.fund("a", GLN);
    sim.send("a", sim.bindOf("a new", "a"));
    network.expectOk();
    network.block({ misbehaviour: [fault(network, 13)] });
    sim.send("a owner", { kind: "swapHotkey", hotkey: key("a"), newHotkey: key("a 2") }, ["a 2"]);
    network.expectOk();
    sim.fund("a 2", GLN);
    expect(sim.include("a 2", sim.bindOf("a newer", "a 2"))).toBe("KEY_TOMBSTONED");
    for (let epoch = 0; epoch < 4; epoch++) network.finishEpoch();
    expect(network.engine.powers.size).toBe(3);
    expect(network.key("a new")).toMatchObject({ tombstoned: true, power: 0n });
  });

  it("EVID-5: pays no consensus share to a key whose fault is proven", () => {
    const network = new Network({ validators: VALIDATORS });
    const { sim } = network;
    sim.send("miner", sim.workFor("miner"));
    network.expectOk();
    network.finishEpoch();
    const rows = [{ domainId: 0, entries: [{ uid: asUid(sim.neuron("miner").uid), weight: 1 }] }];
    for (const name of VALIDATORS) sim.send(name, sim.commitOf(name, rows));
    network.finishEpoch();
    for (const name of VALIDATORS) sim.send(name, sim.revealOf(rows));
    network.block({ misbehaviour: [fault(network, 13)] });
    const report = network.finishEpoch().epochReport;
    expect(report?.neurons.map(({ consensusEmission }) => consensusEmission)).toEqual([
      0n,
      GLN / 4n,
      GLN / 4n,
      GLN / 4n,
      0n,
    ]);
  });
});
