import { asSpikes, UNSTAKE_ALL } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { readConsensusKeys, readSupply } from "../../../src/index.ts";
import { Network } from "../../gen/network.ts";
import { Sim } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

const GLN = 1_000_000_000n;

function registered(): Sim {
  const sim = new Sim();
  sim.register("hot");
  sim.fund("hot", GLN);
  return sim;
}

describe("bindKey", () => {
  it("POWER-1: binds a key to the pool of the hotkey that sends it, by the key's own signature", () => {
    const sim = registered();
    const proof = sim.bindOf("key", "hot");
    expect(sim.include("hot", sim.bindOf("key", "val"))).toBe("KEY_BAD_PROOF");
    sim.fund("val", GLN);
    expect(sim.include("val", proof)).toBe("KEY_BAD_PROOF");
    sim.fund("hot owner", GLN);
    expect(sim.include("hot owner", proof)).toBe("STAKE_UNKNOWN_HOTKEY");
    sim.send("hot", proof);
    const { events, receipts } = sim.block();
    expect(receipts[0]?.code).toBe("OK");
    expect(events).toContainEqual({
      kind: "KeyBound",
      hotkey: testKey("hot").publicKey,
      consensusKey: testKey("key").publicKey,
    });
  });

  it("POWER-1: recycles the price of a row that stays for ever", () => {
    const sim = registered();
    const before = readSupply(sim.state).recycled;
    sim.send("hot", sim.bindOf("key", "hot"));
    const fee = sim.block().receipts[0]?.fee ?? 0n;
    expect(readSupply(sim.state).recycled - before).toBe(fee + 1_000_000n);
    expect(sim.balance("hot")).toBe(GLN - fee - 1_000_000n);
    const poor = new Sim();
    poor.register("hot");
    poor.fund("hot", fee + 999_999n);
    expect(poor.include("hot", poor.bindOf("key", "hot"))).toBe("TX_INSUFFICIENT_BALANCE");
  });

  it("POWER-1: binds a key once, also after it was rotated away or unbound", () => {
    const sim = registered();
    sim.fund("val", GLN);
    expect(sim.include("val", sim.bindOf("val consensus", "val"))).toBe("KEY_USED");
    expect(sim.include("hot", sim.bindOf("val consensus", "hot"))).toBe("KEY_USED");
    expect(sim.include("hot", sim.bindOf("key 1", "hot"))).toBe("OK");
    expect(sim.include("hot", sim.bindOf("key 2", "hot"))).toBe("OK");
    expect(sim.include("hot", sim.bindOf("key 1", "hot"))).toBe("KEY_USED");
    expect(sim.include("hot", { kind: "unbindKey" })).toBe("OK");
    sim.runTo(120);
    expect(sim.include("val", sim.bindOf("key 2", "val"))).toBe("KEY_USED");
  });

  it("POWER-1: takes as many rotations as the ledger can remember", () => {
    const network = new Network();
    const { sim } = network;
    sim.fund("val", GLN);
    for (const key of ["key 1", "key 2", "key 3"]) {
      sim.send("val", sim.bindOf(key, "val"));
      network.expectOk();
      network.finishEpoch();
    }
    expect(sim.include("val", sim.bindOf("key 4", "val"))).toBe("KEY_TOO_MANY");
    network.runTo(sim.height + 150);
    expect(network.share("key 3")).toBe(1_000);
    expect(sim.include("val", sim.bindOf("key 4", "val"))).toBe("OK");
    expect(readConsensusKeys(sim.state)).toEqual([testKey("key 3").publicKey]);
  });

  it("POWER-2: gives a key up, which then leaves the set", () => {
    const network = new Network({ params: { bootstrapEndHeight: 10 } });
    const { sim } = network;
    network.join("hot", 30n * GLN);
    network.stake("val owner", "val", 10n * GLN);
    for (let epoch = 0; epoch < 4; epoch++) network.finishEpoch();
    expect(network.share("hot consensus")).toBe(750);
    sim.send("hot", { kind: "unbindKey" });
    expect(network.expectOk().events).toContainEqual({
      kind: "KeyUnbound",
      hotkey: testKey("hot").publicKey,
      consensusKey: testKey("hot consensus").publicKey,
    });
    network.finishEpoch();
    expect(network.share("hot consensus")).toBeLessThan(500);
    for (let epoch = 0; epoch < 3; epoch++) network.finishEpoch();
    expect(network.share("val consensus")).toBe(1_000);
    expect(sim.include("hot", { kind: "unbindKey" })).toBe("KEY_NONE");
    const { publicKey: hotkey } = testKey("hot");
    expect(sim.include("hot owner", { kind: "unstake", hotkey, amount: asSpikes(UNSTAKE_ALL) })).toBe("OK");
  });
});
