import { type Action, asHeight, asSpikes, type RegisterAction } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { readPruningPlace, readRegistration } from "../../../src/index.ts";
import { NOWHERE, Sim, transferTo } from "../../gen/sim.ts";
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
