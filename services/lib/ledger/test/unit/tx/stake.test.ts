import { type Action, asSpikes, asUid, UNSTAKE_ALL } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { readAccount } from "../../../src/index.ts";
import { Sim } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

const GLN = 1_000_000_000n;

function stakeOn(kind: "stake" | "unstake", name: string, amount: bigint): Action {
  return { kind, hotkey: testKey(name).publicKey, amount: asSpikes(amount) };
}

function staked(amount = GLN): Sim {
  const sim = new Sim();
  sim.register("miner");
  sim.fund("miner owner", 10n * GLN);
  expect(sim.include("miner owner", stakeOn("stake", "miner", amount))).toBe("OK");
  return sim;
}

describe("stake", () => {
  it("STAKE-1: moves money into the pool of any registered hotkey", () => {
    const sim = staked();
    expect(sim.neuron("miner").stake).toBe(GLN);
    expect(readAccount(sim.state, testKey("miner owner").address).stakes).toMatchObject([{ amount: GLN }]);
    sim.fund("stranger", 10n * GLN);
    expect(sim.include("stranger", stakeOn("stake", "ghost", GLN))).toBe("STAKE_UNKNOWN_HOTKEY");
    expect(sim.include("miner owner", stakeOn("stake", "miner", 1n))).toBe("STAKE_TOO_SMALL");
    expect(sim.include("miner owner", stakeOn("stake", "miner", 9n * GLN))).toBe("TX_INSUFFICIENT_BALANCE");
    expect(sim.include("stranger", stakeOn("stake", "miner", 2n * GLN))).toBe("OK");
    expect(sim.neuron("miner").stake).toBe(3n * GLN);
  });

  it("STAKE-2: is never moved by a hotkey's signature", () => {
    const sim = staked();
    sim.fund("miner", GLN);
    expect(sim.include("miner", stakeOn("unstake", "miner", GLN))).toBe("STAKE_BY_HOTKEY");
    expect(sim.include("miner", stakeOn("stake", "miner", GLN / 2n))).toBe("STAKE_BY_HOTKEY");
  });
});

describe("unstake", () => {
  it("STAKE-4: takes a part or all, and leaves no dust", () => {
    const sim = staked();
    const unstake = (amount: bigint): string =>
      sim.include("miner owner", stakeOn("unstake", "miner", amount));
    expect(unstake(GLN + 1n)).toBe("STAKE_INSUFFICIENT");
    expect(unstake(GLN - 1n)).toBe("STAKE_LEAVES_DUST");
    expect(unstake(1n)).toBe("STAKE_TOO_SMALL");
    expect(unstake(GLN / 2n)).toBe("OK");
    expect(sim.neuron("miner").stake).toBe(GLN / 2n);
    expect(unstake(UNSTAKE_ALL)).toBe("OK");
    expect(unstake(UNSTAKE_ALL)).toBe("STAKE_NOTHING");
  });

  it("STAKE-4: gives back no more than the pool has, after its price rose by emission", () => {
    const sim = new Sim();
    sim.register("miner");
    sim.runTo(10);
    const rows = [{ domainId: 0, entries: [{ uid: asUid(1), weight: 1 }] }];
    for (let i = 0; i < 3; i++) sim.weightEpoch(() => rows);
    const all = sim.neuron("miner").stake;
    let taken = 0n;
    for (const part of [333_333_333n, 1_000_000_001n, 77_777_777n]) {
      expect(sim.include("miner owner", stakeOn("unstake", "miner", part))).toBe("OK");
      taken += part;
    }
    const left = sim.neuron("miner").stake;
    expect(left).toBe(all - taken);
    const [position] = readAccount(sim.state, testKey("miner owner").address).stakes;
    expect(left - (position?.amount ?? 0n)).toBeLessThanOrEqual(1n);
    expect(sim.include("miner owner", stakeOn("unstake", "miner", UNSTAKE_ALL))).toBe("OK");
    expect(sim.neuron("miner").stake).toBe(0n);
  });

  it("STAKE-5: releases at the first boundary after both blocks and time", () => {
    const sim = staked();
    const before = sim.balance("miner owner");
    sim.include("miner owner", stakeOn("unstake", "miner", UNSTAKE_ALL));
    sim.runTo(59);
    expect(sim.balance("miner owner")).toBe(before);
    const { events } = sim.block();
    expect(events.map((event) => event.kind)).toContain("StakeReleased");
    expect(sim.balance("miner owner")).toBe(before + GLN);
  });

  it("STAKE-5: waits for the time when blocks are faster", () => {
    const sim = staked();
    sim.include("miner owner", stakeOn("unstake", "miner", UNSTAKE_ALL));
    const start = sim.metagraph.timeMs;
    const before = sim.balance("miner owner");
    while (sim.height < 60) sim.block({ timeMs: start });
    expect(sim.balance("miner owner")).toBe(before);
    sim.block({ timeMs: start + 60_000 });
    sim.runTo(70);
    expect(sim.balance("miner owner")).toBe(before + GLN);
  });
});
