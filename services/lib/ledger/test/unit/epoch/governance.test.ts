import { asUid, type ProposalContent, type WeightRow } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { readAccount, readCharter, readGovernance, readParams, readPruning } from "../../../src/index.ts";
import {
  decide,
  endRound,
  governed,
  propose,
  setParam,
  stakeOn,
  statusOf,
  voteFor,
} from "../../gen/governed.ts";
import { SERVE_MINER, SERVE_VALIDATOR, type Sim } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

const GLN = 1_000_000_000n;
const SLASH = setParam("slashPpm", 7n);

/** Proposal 0 is voted on by these, and its round ends. */
function voteOn(yes: readonly string[], no: readonly string[]): Sim {
  const sim = governed();
  propose(sim, SLASH);
  endRound(sim);
  for (const name of yes) sim.send(name, voteFor(0));
  for (const name of no) sim.send(name, voteFor(0, "no"));
  sim.block();
  endRound(sim);
  return sim;
}

describe("governance", () => {
  it("GOV-1: runs in rounds that begin with an epoch, from the bootstrap's end on", () => {
    const sim = governed({ params: { votingBlocks: 15 } });
    const rounds = [20, 30, 40, 50].map((height) => {
      sim.runTo(height);
      return readGovernance(sim.state);
    });
    expect(rounds.map(({ round, roundStart }) => [round, roundStart])).toEqual([
      [1, 11],
      [2, 31],
      [2, 31],
      [3, 51],
    ]);
    expect(rounds[1]?.roundStake).toBe(10n * GLN);
  });

  it("GOV-4: accepts by a third of all stake and two thirds of the votes", () => {
    expect(statusOf(voteOn(["ben", "cat"], []), 0)).toBe("queued");
    expect(statusOf(voteOn(["ben"], []), 0)).toBe("rejected");
    expect(statusOf(voteOn(["ann"], ["ben"]), 0)).toBe("rejected");
    expect(statusOf(voteOn(["ann", "cat"], ["ben"]), 0)).toBe("queued");
    expect(statusOf(voteOn([], []), 0)).toBe("rejected");
    expect(statusOf(voteOn([], ["ann", "ben"]), 0)).toBe("rejected");
  });

  it("GOV-4: forgets votes with their round, and a decided proposal some rounds later", () => {
    const sim = voteOn(["ann"], ["ben"]);
    expect(readGovernance(sim.state).proposals).toHaveLength(1);
    sim.runTo(40);
    expect(readGovernance(sim.state).proposals).toHaveLength(1);
    sim.runTo(50);
    expect(readGovernance(sim.state).proposals).toEqual([]);
    expect(sim.state.view.votes.length).toBe(0);
  });

  it("GOV-9: takes effect at the end of an epoch, after the time lock's blocks and time", () => {
    const sim = voteOn(["ann", "cat"], ["ben"]);
    expect(readGovernance(sim.state).proposals[0]).toMatchObject({ status: "queued", unlocksAtHeight: 40 });
    sim.runTo(39);
    expect(readParams(sim.state).slashPpm).toBe(50_000);
    const { events } = sim.block();
    expect(readParams(sim.state).slashPpm).toBe(7);
    expect(events.slice(-2)).toEqual([
      { kind: "ParamChanged", name: "slashPpm", value: 7n },
      { kind: "ProposalExecuted", proposal: 0, what: "params" },
    ]);
  });

  it("GOV-9: waits for the time when blocks are faster", () => {
    const sim = voteOn(["ann", "cat"], ["ben"]);
    const start = sim.metagraph.timeMs;
    for (let i = 1; i <= 10; i++) sim.block({ timeMs: start + i * 900 });
    expect(statusOf(sim, 0)).toBe("queued");
    sim.runTo(50);
    expect(statusOf(sim, 0)).toBe("executed");
  });

  it("GOV-9: drops what does not fit the state any more, by the parameters that are then in force", () => {
    const sim = governed();
    propose(sim, setParam("takeMaxPpm", 100_000n));
    propose(sim, setParam("takeDefaultPpm", 150_000n), "ben");
    endRound(sim);
    for (const name of ["ann", "ben"]) for (const id of [0, 1]) sim.send(name, voteFor(id));
    sim.block();
    endRound(sim);
    const { events } = endRound(sim);
    expect([statusOf(sim, 0), statusOf(sim, 1)]).toEqual(["executed", "dropped"]);
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "ProposalDropped", code: "GOV_PARAM_RELATION" }),
    );
    expect(readParams(sim.state)).toMatchObject({ takeMaxPpm: 100_000, takeDefaultPpm: 100_000 });
  });

  it("GOV-8: changes domains and charter", () => {
    const sim = governed();
    const content = (shares: readonly number[], names: readonly string[]): ProposalContent => ({
      kind: "domains",
      domains: names.map((name, id) => ({ name, sharePpm: shares[id] ?? 0 })),
    });
    decide(sim, content([0, 1_000_000], ["prose", "code"]));
    expect(sim.metagraph.domains.map(({ name, sharePpm }) => [name, sharePpm])).toEqual([
      ["prose", 0],
      ["code", 1_000_000],
    ]);
    decide(sim, content([300_000, 700_000], ["news", "code"]));
    expect(sim.metagraph.domains[0]).toEqual({ id: 0, name: "news", sharePpm: 300_000 });
    decide(sim, { kind: "charter", text: utf8ToBytes("be kind") });
    expect(readCharter(sim.state)).toEqual({ text: utf8ToBytes("be kind"), adoptedAt: sim.height });
  });

  it("GOV-8: counts no weights in a domain without a share", () => {
    const sim = governed({ params: { votingBlocks: 10 } });
    for (const miner of ["m 1", "m 2"]) {
      sim.register(miner);
      sim.include(miner, SERVE_MINER);
    }
    endRound(sim);
    sim.weightEpoch(() => rowsFor([0, 1]));
    decideWhileScoring(
      sim,
      {
        kind: "domains",
        domains: [
          { name: "prose", sharePpm: 0 },
          { name: "code", sharePpm: 1_000_000 },
        ],
      },
      () => rowsFor([0, 1]),
    );
    const both: readonly WeightRow[] = [
      ...rowsFor([0, 1]),
      { domainId: 1, entries: [{ uid: asUid(2), weight: 1 }] },
    ];
    sim.weightEpoch(() => both);
    const report = sim.weightEpoch(() => both).epochReport;
    expect(report?.neurons.map(({ incentive }) => incentive)).toEqual([0, 0, 1]);
  });
});

const rowsFor = ([domainId = 0, uid = 0]: readonly number[]): readonly WeightRow[] => [
  { domainId, entries: [{ uid: asUid(uid), weight: 1 }] },
];

/** As `decide`, in epochs in which "val" scores. */
function decideWhileScoring(sim: Sim, content: ProposalContent, rows: () => readonly WeightRow[]): void {
  sim.send("ann", { kind: "propose", content });
  sim.weightEpoch(rows);
  for (const name of ["ann", "ben"]) sim.send(name, voteFor(0));
  sim.weightEpoch(rows);
  sim.weightEpoch(rows);
}

describe("expelling", () => {
  /** A full market whose miner 1 gets everything. */
  function market(): Sim {
    const sim = governed({ params: { maxNeurons: 3 } });
    for (const miner of ["m 1", "m 2"]) {
      sim.register(miner);
      sim.include(miner, SERVE_MINER);
    }
    sim.include("m 1 owner", stakeOn("m 1", GLN));
    endRound(sim);
    return sim;
  }
  const expelMiner: ProposalContent = { kind: "expel", hotkey: testKey("m 1").publicKey };

  it("GOV-6: takes the slot, and leaves the stake", () => {
    const sim = market();
    const rows = (): readonly WeightRow[] => rowsFor([0, 1]);
    sim.weightEpoch(rows);
    decideWhileScoring(sim, expelMiner, rows);
    expect(statusOf(sim, 0)).toBe("executed");
    expect(sim.metagraph.neurons[1]).toMatchObject({ role: undefined, host: "", stake: 0n, incentive: 0 });
    const owner = testKey("m 1 owner").address;
    const stake = readAccount(sim.state, owner).stakes[0]?.amount ?? 0n;
    expect(stake).toBeGreaterThan(0n);
    expect(sim.include("m 1", SERVE_MINER)).toBe("NEURON_UNKNOWN");
    expect(readPruning(sim.state).map(({ uid }) => uid)).not.toContain(1);
    sim.weightEpoch(rows);
    expect(sim.weightEpoch(rows).epochReport?.minted).toBe(0n);
    expect(readAccount(sim.state, owner).stakes[0]?.amount).toBe(stake);
  });

  it("GOV-6: gives the slot to the next registration, before that of any neuron and immune or not", () => {
    const sim = market();
    decide(sim, expelMiner);
    sim.include("x", sim.workFor("x"));
    expect(sim.neuron("x").uid).toBe(1);
    expect(sim.metagraph.neurons).toHaveLength(3);
  });

  it("GOV-6: emits no second loss, and lets the expelled register again", () => {
    const sim = market();
    const events = decide(sim, expelMiner);
    expect(events).toContainEqual({ kind: "NeuronExpelled", uid: 1, hotkey: testKey("m 1").publicKey });
    sim.send("m 1", sim.workFor("m 1"));
    const { receipts, events: later } = sim.block();
    expect(receipts[0]?.code).toBe("OK");
    expect(later.map(({ kind }) => kind)).toEqual(["NeuronRegistered"]);
  });

  it("GOV-6: finds a neuron that swapped its hotkey during the vote", () => {
    const sim = market();
    propose(sim, expelMiner);
    sim.fund("m 1 owner", GLN);
    const [hotkey, newHotkey] = [testKey("m 1").publicKey, testKey("fresh").publicKey];
    expect(sim.include("m 1 owner", { kind: "swapHotkey", hotkey, newHotkey }, ["fresh"])).toBe("OK");
    endRound(sim);
    for (const name of ["ann", "ben"]) sim.send(name, voteFor(0));
    sim.block();
    endRound(sim);
    endRound(sim);
    expect(statusOf(sim, 0)).toBe("executed");
    expect(sim.include("fresh", SERVE_VALIDATOR)).toBe("NEURON_UNKNOWN");
  });
});
