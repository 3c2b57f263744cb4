import { type Action, asSpikes } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { readAccount } from "../../../src/index.ts";
import { SERVE_MINER, Sim } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

const GLN = 1_000_000_000n;

const swap = (from: string, to: string): Action => ({
  kind: "swapHotkey",
  hotkey: testKey(from).publicKey,
  newHotkey: testKey(to).publicKey,
});

function market(): Sim {
  const sim = new Sim();
  sim.register("miner");
  sim.fund("miner owner", 10n * GLN);
  sim.include("miner owner", {
    kind: "stake",
    hotkey: testKey("miner").publicKey,
    amount: asSpikes(GLN),
  });
  return sim;
}

describe("swapHotkey", () => {
  it("SLOT-1: keeps uid, stake, registration and endpoint under the new hotkey, and frees the old one", () => {
    const sim = market();
    sim.include("miner", SERVE_MINER);
    const before = sim.neuron("miner");
    expect(sim.include("miner owner", swap("miner", "fresh"), ["fresh"])).toBe("OK");
    expect(sim.neuron("fresh")).toEqual({ ...before, hotkey: testKey("fresh").publicKey });
    expect(() => sim.neuron("miner")).toThrow();
    expect(sim.include("fresh", { kind: "unserve" })).toBe("OK");
    expect(sim.include("miner", SERVE_MINER)).toBe("NEURON_UNKNOWN");
    expect(readAccount(sim.state, testKey("miner owner").address).stakes).toMatchObject([
      { hotkey: testKey("fresh").publicKey, amount: GLN },
    ]);
    expect(sim.register("miner", "someone")).toBe("OK");
    expect(sim.neuron("miner").uid).toBe(2);
  });

  it("SLOT-1: is the owner's, with the new hotkey's signature, to a key that means nothing else", () => {
    const sim = market();
    sim.fund("stranger", GLN);
    sim.fund("holder", GLN);
    sim.fund("miner", GLN);
    expect(sim.include("miner owner", swap("miner", "fresh"))).toBe("TX_WRONG_SIGNERS");
    expect(sim.include("stranger", swap("miner", "fresh"), ["fresh"])).toBe("STAKE_NOT_OWNER");
    expect(sim.include("miner", swap("miner", "fresh"), ["fresh"])).toBe("STAKE_NOT_OWNER");
    expect(sim.include("miner owner", swap("miner", "val"), ["val"])).toBe("SWAP_HOTKEY_TAKEN");
    expect(sim.include("miner owner", swap("ghost", "fresh"), ["fresh"])).toBe("STAKE_UNKNOWN_HOTKEY");
    expect(sim.include("miner owner", swap("miner", "miner owner"))).toBe("REGISTER_HOTKEY_IS_OWNER");
    expect(sim.include("miner owner", swap("miner", "val owner"), ["val owner"])).toBe(
      "REGISTER_HOTKEY_IS_OWNER",
    );
    const stake = { kind: "stake", hotkey: testKey("miner").publicKey, amount: asSpikes(GLN / 2n) } as const;
    expect(sim.include("holder", stake)).toBe("OK");
    expect(sim.include("miner owner", swap("miner", "holder"), ["holder"])).toBe("REGISTER_HOTKEY_HAS_STAKE");
  });

  it("SLOT-1: forgets commits, which the old hotkey made, and lets the new one commit", () => {
    const sim = new Sim();
    sim.fund("val owner", GLN);
    sim.include("val", sim.commitOf("val", []));
    expect(sim.include("val owner", swap("val", "val 2"), ["val 2"])).toBe("OK");
    expect(sim.include("val 2", sim.commitOf("val 2", []))).toBe("OK");
    sim.runTo(10);
    expect(sim.include("val 2", sim.revealOf([]))).toBe("OK");
    expect(sim.neuron("val 2").permit).toBe(true);
  });

  it("REG-8: registers no key whose address has stake, since it could not move it any more", () => {
    const sim = market();
    sim.fund("holder", GLN);
    const stake = { kind: "stake", hotkey: testKey("miner").publicKey, amount: asSpikes(GLN / 2n) } as const;
    sim.include("holder", stake);
    const work = sim.workFor("holder", "someone");
    expect(sim.include("holder", work)).toBe("REGISTER_HOTKEY_HAS_STAKE");
  });
});
