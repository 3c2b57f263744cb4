import {
  type Action,
  asHeight,
  asSpikes,
  asUid,
  COMMIT_RING,
  type RegisterAction,
  type WeightRow,
} from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import {
  type LedgerState,
  readAccount,
  readNeuronWeights,
  readPruningPlace,
  readRegistration,
} from "../../../src/index.ts";
import { readRow } from "../../../src/state/rows.ts";
import { NOWHERE, SERVE_MINER, Sim, transferTo } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

const GLN = 1_000_000_000n;

function burnFor(name: string, maxPrice: bigint): RegisterAction {
  return {
    kind: "register",
    hotkey: testKey(name).publicKey,
    owner: testKey(`${name} owner`).address,
    proof: { kind: "burn", maxPrice: asSpikes(maxPrice) },
  };
}

const weightOn = (uid: number): WeightRow[] => [{ domainId: 0, entries: [{ uid: asUid(uid), weight: 1 }] }];

/** What a slot's holder said and won, as the rows have it. */
function readSlot(state: LedgerState, uid: number) {
  const ring = Array.from({ length: COMMIT_RING }, (_, i) =>
    readRow(state, "commits", uid * COMMIT_RING + i),
  );
  const { host, port, permit, emissionAverage } = readRow(state, "neurons", uid);
  return {
    weights: readNeuronWeights(state, uid).length,
    bonds: readRow(state, "bonds", uid).entries.length,
    commits: ring.filter(({ commitment }) => commitment.some((byte) => byte > 0)).length,
    endpoint: [host.length, port],
    permit,
    emissionAverage,
  };
}

/** After the bootstrap, when "late" can go: a validator with permit, weights, a waiting commit, and little stake. */
function withLateValidator(): Sim {
  const sim = new Sim({ params: { maxNeurons: 3, bootstrapEndHeight: 10 } });
  expect([sim.register("miner"), sim.register("late")]).toEqual(["OK", "OK"]);
  for (const [name, amount] of [
    ["val", 100n * GLN],
    ["late", 10n * GLN],
  ] as const) {
    sim.fund(`${name} owner`, amount + GLN);
    const action = { kind: "stake", hotkey: testKey(name).publicKey, amount: asSpikes(amount) } as const;
    expect(sim.include(`${name} owner`, action)).toBe("OK");
  }
  expect(sim.include("late", { ...SERVE_MINER, role: "validator" })).toBe("OK");
  sim.runTo(20);
  const rows = weightOn(sim.neuron("miner").uid);
  for (const name of ["late", "val"]) expect(sim.include(name, sim.commitOf(name, rows))).toBe("OK");
  sim.runTo(30);
  for (const name of ["late", "val"]) {
    expect(sim.include(name, sim.revealOf(rows))).toBe("OK");
    expect(sim.include(name, sim.commitOf(name, rows))).toBe("OK");
  }
  sim.runTo(41);
  return sim;
}

describe("register", () => {
  it("REG-1: gives a slot for work, without a payer", () => {
    const sim = new Sim();
    expect(sim.register("miner")).toBe("OK");
    expect(sim.neuron("miner")).toMatchObject({ uid: 1, registeredAt: 1, stake: 0n });
    expect(sim.include("miner owner", transferTo(testKey("miner"), 1n))).toBe("TX_INSUFFICIENT_BALANCE");
  });

  it("REG-1: refuses work below the difficulty, and work that another sends", () => {
    const sim = new Sim({ params: { difficultyStart: 1n << 40n } });
    const proof = { kind: "work", height: asHeight(0), nonce: 1n } as const;
    const action: Action = { ...burnFor("miner", 0n), proof };
    expect(sim.include("miner", action)).toBe("REGISTER_WORK_LOW");
    sim.fund("payer", GLN);
    expect(sim.include("payer", action, ["miner"])).toBe("REGISTER_WORK_SENDER");
  });

  it("REG-2: takes work on one of the last blocks only", () => {
    const sim = new Sim();
    const early = sim.workFor("miner");
    sim.runTo(10);
    expect(sim.include("miner", early)).toBe("REGISTER_WORK_STALE");
    const future = sim.workFor("miner");
    if (future.kind !== "register") throw new RangeError("not a registration");
    const proof = { kind: "work", height: asHeight(99), nonce: 0n } as const;
    expect(sim.include("miner", { ...future, proof })).toBe("REGISTER_WORK_STALE");
  });

  it("REG-3: takes a piece of work once", () => {
    const sim = new Sim({
      params: { maxNeurons: 2, immunityBlocks: 4, epochLengthBlocks: 1, commitCutoffBlocks: 0 },
    });
    const work = sim.workFor("miner");
    expect(sim.include("miner", work)).toBe("OK");
    sim.runTo(5);
    expect(sim.register("rival")).toBe("OK");
    sim.runTo(9);
    expect(sim.include("miner", work)).toBe("REGISTER_WORK_USED");
  });

  it("REG-4: burns the price of the payer within its limit", () => {
    const sim = new Sim();
    sim.fund("payer", 2n * GLN);
    expect(sim.include("payer", burnFor("miner", GLN - 1n), ["miner"])).toBe("REGISTER_PRICE_ABOVE_LIMIT");
    expect(sim.include("payer", burnFor("miner", GLN))).toBe("TX_WRONG_SIGNERS");
    sim.send("payer", burnFor("miner", GLN), ["miner"]);
    const { receipts, events } = sim.block();
    expect(sim.balance("payer")).toBe(GLN - (receipts[0]?.fee ?? 0n));
    expect(events).toMatchObject([{ kind: "NeuronRegistered", by: "burn", price: GLN }]);
    expect(sim.include("payer", burnFor("other", GLN), ["other"])).toBe("TX_INSUFFICIENT_BALANCE");
  });

  it("REG-5: takes one registration a block and three times the target an interval", () => {
    const sim = new Sim({ params: { targetRegistrationsPerInterval: 1, registrationIntervalBlocks: 10 } });
    sim.send("a", sim.workFor("a"));
    sim.send("b", sim.workFor("b"));
    expect(sim.block().receipts.map(({ code }) => code)).toEqual(["OK", "REGISTER_BLOCK_TAKEN"]);
    expect(sim.register("b")).toBe("OK");
    expect(sim.register("c")).toBe("OK");
    expect(readRegistration(sim.state).registrationsLeft).toBe(0);
    expect(sim.register("d")).toBe("REGISTER_INTERVAL_FULL");
    sim.runTo(10);
    expect(sim.register("d")).toBe("OK");
  });

  it("REG-6: replaces the earliest of the poorest that is not immune, and nobody else", () => {
    const sim = new Sim({ params: { maxNeurons: 3 } });
    sim.register("a");
    sim.register("b");
    expect(sim.register("c")).toBe("REGISTER_ALL_IMMUNE");
    expect(readRegistration(sim.state).nextFreeHeight).toBe(41);
    sim.runTo(39);
    expect(sim.register("c")).toBe("REGISTER_ALL_IMMUNE");
    expect(readPruningPlace(sim.state, sim.neuron("a").uid)).toEqual({ rank: 0, immunityLeft: 0 });
    expect(readPruningPlace(sim.state, sim.neuron("b").uid)).toEqual({ rank: -1, immunityLeft: 1 });
    sim.send("c", sim.workFor("c"));
    const { events } = sim.block();
    expect(events).toMatchObject([
      { kind: "NeuronPruned", uid: 1 },
      { kind: "NeuronRegistered", uid: 1 },
    ]);
    expect(sim.neuron("c").registeredAt).toBe(41);
    expect(() => sim.neuron("a")).toThrow("no slot");
  });

  it("REG-6: replaces who earned less, though another registered earlier", () => {
    const sim = new Sim({ params: { maxNeurons: 3 } });
    sim.register("paid");
    sim.register("poor");
    sim.runTo(10);
    const rows = weightOn(sim.neuron("paid").uid);
    for (let epoch = 0; epoch < 4; epoch++) sim.weightEpoch(() => rows);
    expect(sim.neuron("paid").emissionAverage).toBeGreaterThan(0n);
    expect(readPruningPlace(sim.state, sim.neuron("poor").uid)).toEqual({ rank: 0, immunityLeft: 0 });
    expect(readPruningPlace(sim.state, sim.neuron("paid").uid)).toEqual({ rank: 1, immunityLeft: 0 });
    expect(sim.register("c")).toBe("OK");
    expect(sim.neuron("c").uid).toBe(2);
    expect(sim.neuron("paid").uid).toBe(1);
    expect(() => sim.neuron("poor")).toThrow("no slot");
  });

  it("REG-6: averages emission over eight epochs, rounded down", () => {
    const sim = new Sim();
    sim.register("miner");
    sim.runTo(10);
    const rows = weightOn(sim.neuron("miner").uid);
    const averages = [rows, rows, [], []].map((next) => {
      sim.weightEpoch(() => next);
      const { emission, emissionAverage } = sim.neuron("miner");
      return [emission, emissionAverage];
    });
    expect(averages).toEqual([
      [0n, 0n],
      [8_100_000_000n, 1_012_500_000n],
      [8_100_000_000n, 1_898_437_500n],
      [0n, 1_661_132_812n],
    ]);
  });

  it("REG-6: clears all that the slot's last holder said, and leaves its stake", () => {
    const sim = withLateValidator();
    const { uid } = sim.neuron("late");
    const before = readSlot(sim.state, uid);
    expect(before).toMatchObject({ weights: 1, commits: 1, endpoint: [9, 9_000], permit: true });
    expect(before.bonds).toBeGreaterThan(0);
    expect(before.emissionAverage).toBeGreaterThan(0n);
    const stakes = (name: string) => readAccount(sim.state, testKey(`${name} owner`).address).stakes;
    const staked = stakes("late");
    expect(staked[0]?.amount).toBeGreaterThan(10n * GLN);
    expect(sim.register("c")).toBe("OK");
    expect(sim.neuron("c").uid).toBe(uid);
    expect(readSlot(sim.state, uid)).toEqual({
      weights: 0,
      bonds: 0,
      commits: 0,
      endpoint: [0, 0],
      permit: false,
      emissionAverage: 0n,
    });
    expect(stakes("late")).toEqual(staked);
    expect(stakes("c")).toEqual([]);
  });

  it("REG-7: lets difficulty and burn price follow their own counts", () => {
    const sim = new Sim();
    const before = readRegistration(sim.state);
    for (const name of ["a", "b", "c", "d", "e", "f"]) sim.register(name);
    sim.runTo(10);
    const after = readRegistration(sim.state);
    expect(after.difficulty).toBe((before.difficulty * 9n) / 6n);
    expect(after.burnPrice).toBe(before.burnPrice / 2n);
  });

  it("REG-8: fixes the owner at the first registration, and takes no hotkey as owner", () => {
    const sim = new Sim({ params: { maxNeurons: 2, immunityBlocks: 31 } });
    expect(sim.register("a", "a")).toBe("REGISTER_OWNER_IS_HOTKEY");
    expect(sim.register("a", "val")).toBe("REGISTER_OWNER_IS_HOTKEY");
    expect(sim.register("a")).toBe("OK");
    expect(sim.register("a")).toBe("REGISTER_ALREADY");
    sim.runTo(40);
    expect(sim.register("b")).toBe("OK");
    expect(sim.register("a", "thief")).toBe("REGISTER_OWNER_FIXED");
    expect(testKey("a").address).not.toEqual(NOWHERE);
  });

  it("REG-8: registers no key whose address owns a hotkey, since its stake could not move any more", () => {
    const sim = new Sim();
    expect(sim.register("a")).toBe("OK");
    expect(sim.register("a owner")).toBe("REGISTER_HOTKEY_IS_OWNER");
    expect(sim.register("val owner")).toBe("REGISTER_HOTKEY_IS_OWNER");
    expect(sim.register("b")).toBe("OK");
  });
});
