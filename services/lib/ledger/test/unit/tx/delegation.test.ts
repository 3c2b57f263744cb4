import { type Action, asSpikes, asUid, equalBytes, type LedgerEvent, UNSTAKE_ALL } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { type BlockResult, readAccount } from "../../../src/index.ts";
import { Sim } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

const GLN = 1_000_000_000n;
const ROWS = [{ domainId: 0, entries: [{ uid: asUid(1), weight: 1 }] }];

type Paid = Extract<LedgerEvent, { kind: "PoolPaid" }>;

function stakeOn(name: string, amount: bigint): Action {
  return { kind: "stake", hotkey: testKey(name).publicKey, amount: asSpikes(amount) };
}

function setTake(name: string, takePpm: number): Action {
  return { kind: "setTake", hotkey: testKey(name).publicKey, takePpm };
}

function worthOf(sim: Sim, name: string): bigint {
  return readAccount(sim.state, testKey(name).address).stakes.reduce((sum, { amount }) => sum + amount, 0n);
}

function paidTo(sim: Sim, name: string, { events }: BlockResult): Paid {
  const { publicKey } = testKey(name);
  const paid = events.find(
    (event): event is Paid => event.kind === "PoolPaid" && equalBytes(publicKey, event.hotkey),
  );
  if (paid === undefined) throw new RangeError(`${name} was not paid at ${sim.height}`);
  return paid;
}

/** A validator whose owner and two delegators have stake, and a miner that it scores; epoch 1 is about to start. */
function market(): Sim {
  const sim = new Sim();
  sim.register("miner");
  for (const name of ["val owner", "ann", "ben"]) {
    sim.fund(name, 10n * GLN);
    expect(sim.include(name, stakeOn("val", 2n * GLN))).toBe("OK");
  }
  sim.runTo(10);
  sim.weightEpoch(() => ROWS);
  return sim;
}

describe("delegation", () => {
  it("EMIT-6: pays a validator's owner its take, and all stake alike with the rest", () => {
    const sim = market();
    const before = ["val owner", "ann", "ben"].map((name) => worthOf(sim, name));
    expect(new Set(before)).toEqual(new Set([2n * GLN]));
    const { amount, take } = paidTo(
      sim,
      "val",
      sim.weightEpoch(() => ROWS),
    );
    expect(take).toBe(amount / 10n);
    const [owner = 0n, ann = 0n, ben = 0n] = ["val owner", "ann", "ben"].map((name) => worthOf(sim, name));
    const part = (amount - take) / 3n;
    expect(ann).toBe(ben);
    expect(ann - 2n * GLN).toBeLessThanOrEqual(part);
    expect(part - (ann - 2n * GLN)).toBeLessThanOrEqual(1n);
    expect(owner - ann - take).toBeGreaterThanOrEqual(-1n);
    expect(owner - ann - take).toBeLessThanOrEqual(1n);
  });

  it("EMIT-6: leaves a miner's incentive to its owner, whoever stakes on it", () => {
    const sim = market();
    sim.include("ann", stakeOn("miner", GLN));
    sim.weightEpoch(() => ROWS);
    const before = readAccount(sim.state, testKey("ann").address).stakes.at(-1)?.amount ?? 0n;
    const { own, amount } = paidTo(
      sim,
      "miner",
      sim.weightEpoch(() => ROWS),
    );
    expect(amount).toBe(0n);
    expect(own).toBeGreaterThan(0n);
    const after = readAccount(sim.state, testKey("ann").address).stakes.at(-1)?.amount ?? 0n;
    expect(after - before).toBeLessThanOrEqual(1n);
  });

  it("STAKE-3: pays new stake nothing of the epoch in which it came", () => {
    const sim = market();
    sim.weightEpoch(() => ROWS);
    sim.fund("late", 10n * GLN);
    sim.send("late", stakeOn("val", 5n * GLN));
    const paid = paidTo(
      sim,
      "val",
      sim.weightEpoch(() => ROWS),
    );
    expect(paid.amount).toBeGreaterThan(0n);
    expect(5n * GLN - worthOf(sim, "late")).toBeLessThanOrEqual(1n);
    expect(worthOf(sim, "late")).toBeLessThanOrEqual(5n * GLN);
    sim.weightEpoch(() => ROWS);
    expect(worthOf(sim, "late")).toBeGreaterThan(5n * GLN);
  });

  it("STAKE-3: gives back what was added in this epoch first, and whole", () => {
    const sim = market();
    sim.weightEpoch(() => ROWS);
    const settled = worthOf(sim, "ann");
    sim.include("ann", stakeOn("val", GLN));
    expect(readAccount(sim.state, testKey("ann").address).stakes).toMatchObject([{ added: GLN }]);
    const unstake = { kind: "unstake", hotkey: testKey("val").publicKey, amount: asSpikes(GLN) } as const;
    expect(sim.include("ann", unstake)).toBe("OK");
    expect(readAccount(sim.state, testKey("ann").address).stakes).toMatchObject([
      { added: 0n, amount: settled },
    ]);
  });
});

describe("setTake", () => {
  it("STAKE-8: lets the owner lower its take at any time and raise it once in a while, within the most", () => {
    const sim = market();
    expect(sim.include("ann", setTake("val", 1))).toBe("STAKE_NOT_OWNER");
    expect(sim.include("val owner", setTake("ghost", 1))).toBe("STAKE_UNKNOWN_HOTKEY");
    expect(sim.include("val owner", setTake("val", 180_001))).toBe("TAKE_TOO_HIGH");
    expect(sim.include("val owner", setTake("val", 150_000))).toBe("OK");
    const raisedAt = sim.height;
    expect(sim.include("val owner", setTake("val", 20_000))).toBe("OK");
    expect(sim.include("val owner", setTake("val", 30_000))).toBe("TAKE_RAISED_LATELY");
    expect(sim.neuron("val").takePpm).toBe(20_000);
    sim.runTo(raisedAt + 98);
    expect(sim.include("val owner", setTake("val", 30_000))).toBe("TAKE_RAISED_LATELY");
    expect(sim.include("val owner", setTake("val", 30_000))).toBe("OK");
  });

  it("STAKE-8: pays by the take that is set", () => {
    const sim = market();
    sim.send("val owner", setTake("val", 0));
    const { take, ownerShares } = paidTo(
      sim,
      "val",
      sim.weightEpoch(() => ROWS),
    );
    expect([take, ownerShares]).toEqual([0n, 0n]);
  });
});

describe("moveStake", () => {
  const move = (from: string, to: string, amount: bigint): Action => ({
    kind: "moveStake",
    from: testKey(from).publicKey,
    to: testKey(to).publicKey,
    amount: asSpikes(amount),
  });

  it("STAKE-7: takes stake to another hotkey at once, to count from the next epoch on", () => {
    const sim = market();
    expect(sim.include("ann", move("val", "miner", GLN))).toBe("OK");
    expect(sim.neuron("val").stake).toBe(sim.metagraph.neurons[0]?.stake);
    expect(readAccount(sim.state, testKey("ann").address).stakes).toMatchObject([
      { amount: GLN, added: 0n },
      { amount: GLN, added: GLN },
    ]);
    sim.runTo(30);
    expect(readAccount(sim.state, testKey("ann").address).stakes).toMatchObject([
      { amount: GLN },
      { amount: GLN, added: 0n },
    ]);
    expect(sim.include("ann", move("val", "miner", UNSTAKE_ALL))).toBe("OK");
    expect(readAccount(sim.state, testKey("ann").address).stakes).toMatchObject([{ amount: 2n * GLN }]);
  });

  it("STAKE-7: refuses what unstaking refuses, the same hotkey, and unknown ones", () => {
    const sim = market();
    sim.fund("val", GLN);
    expect(sim.include("val", move("val", "miner", GLN))).toBe("STAKE_BY_HOTKEY");
    expect(sim.include("ann", move("val", "val", GLN))).toBe("STAKE_SAME_HOTKEY");
    expect(sim.include("ann", move("val", "ghost", GLN))).toBe("STAKE_UNKNOWN_HOTKEY");
    expect(sim.include("ann", move("miner", "val", GLN))).toBe("STAKE_NOTHING");
    expect(sim.include("ann", move("val", "miner", 3n * GLN))).toBe("STAKE_INSUFFICIENT");
    expect(sim.include("ann", move("val", "miner", 1n))).toBe("STAKE_TOO_SMALL");
    expect(sim.include("ann", move("val", "miner", 2n * GLN - 1n))).toBe("STAKE_LEAVES_DUST");
  });

  it("STAKE-7: moves nothing on from where it came while evidence may reach where it was", () => {
    const sim = market();
    sim.register("other");
    expect(sim.include("ann", move("val", "miner", GLN))).toBe("OK");
    const movedAt = sim.height;
    expect(sim.include("ann", move("miner", "other", GLN))).toBe("STAKE_MOVED_LATELY");
    sim.runTo(movedAt + 39);
    expect(sim.include("ann", move("miner", "other", GLN))).toBe("STAKE_MOVED_LATELY");
    sim.runTo(movedAt + 50);
    expect(sim.include("ann", move("miner", "other", GLN))).toBe("OK");
  });

  it("STAKE-7: remembers no move of stake that backed nothing yet", () => {
    const sim = market();
    sim.register("other");
    sim.include("ben", stakeOn("miner", GLN));
    expect(sim.include("ben", move("miner", "val", GLN))).toBe("OK");
    expect(sim.include("ben", move("val", "other", GLN))).toBe("OK");
  });
});
