import { asUid } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { readSupply } from "../../../src/index.ts";
import { Sim } from "../../gen/sim.ts";

const GLN = 1_000_000_000n;
const entries = (weights: readonly (readonly [number, number])[]) => [
  { domainId: 0, entries: weights.map(([uid, weight]) => ({ uid: asUid(uid), weight })) },
];

/** Two epochs in, weights for uid 1 are about to count. */
function paying(params: { readonly supplyCapSpikes?: bigint } = {}): Sim {
  const sim = new Sim({ params });
  sim.register("miner");
  sim.runTo(10);
  sim.weightEpoch(() => entries([[1, 1]]));
  return sim;
}

describe("emission", () => {
  it("EMIT-1: pays counted blocks one by one at the issuance reached", () => {
    const plain = paying().weightEpoch(() => []);
    expect(plain.epochReport?.minted).toBe(10n * GLN);
    const halving = paying({ supplyCapSpikes: 10n * GLN }).weightEpoch(() => []);
    // 5 blocks of 1 GLN reach half of the cap, the next 5 mint half each.
    expect(halving.epochReport?.minted).toBe(5n * GLN + (5n * GLN) / 2n);
  });

  it("EMIT-2: counts no more blocks than the epoch's time holds, and carries the remainder", () => {
    const sim = paying();
    sim.send("val", sim.revealOf(entries([[1, 1]])));
    sim.send("val", sim.commitOf("val", entries([[1, 1]])));
    const start = sim.metagraph.timeMs;
    let result = sim.block({ timeMs: start });
    while (sim.height < 30) result = sim.block({ timeMs: start + 3_700 });
    expect(result.epochReport?.countedBlocks).toBe(3);
    sim.send("val", sim.revealOf(entries([[1, 1]])));
    result = sim.block({ timeMs: start + 3_700 });
    while (sim.height < 40) result = sim.block({ timeMs: start + 8_000 });
    expect(result.epochReport?.countedBlocks).toBe(5);
    expect(result.epochReport?.minted).toBe(5n * GLN);
  });

  it("EMIT-2: counts every block of a slow epoch, and no more", () => {
    const sim = paying();
    sim.block({ timeMs: sim.metagraph.timeMs + 1_000_000 });
    expect(sim.runTo(30).epochReport?.countedBlocks).toBe(10);
    expect(sim.runTo(40).epochReport?.countedBlocks).toBe(10);
  });

  it("EMIT-3: pays consensus keys that signed half of the blocks; the rest joins the rest", () => {
    const sim = new Sim({ validators: ["a", "b"] });
    sim.register("miner");
    sim.runTo(10);
    sim.weightEpoch(() => entries([[2, 1]]));
    sim.send("a", sim.revealOf(entries([[2, 1]])));
    sim.send("b", sim.revealOf(entries([[2, 1]])));
    let result = sim.block();
    while (sim.height < 30) result = sim.block({ signers: sim.height < 27 ? ["a"] : ["a", "b"] });
    const report = result.epochReport;
    expect(report?.consensusMinted).toBe(GLN / 2n);
    expect(report?.neurons.map((neuron) => neuron.consensusEmission)).toEqual([GLN / 2n, 0n, 0n]);
    expect((report?.minersMinted ?? 0n) + (report?.validatorsMinted ?? 0n)).toBe(10n * GLN - GLN / 2n);
  });

  it("EMIT-4: splits to the last spike, 90 to 10 in the bootstrap, remainders to the largest", () => {
    const sim = new Sim();
    for (const name of ["x", "y", "z"]) sim.register(name);
    sim.runTo(10);
    const rows = entries([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    sim.weightEpoch(() => rows);
    const report = sim.weightEpoch(() => rows).epochReport;
    const paid = report?.neurons.map((neuron) => neuron.minerEmission) ?? [];
    expect(paid.slice(1)).toEqual([2_700_000_000n, 2_700_000_000n, 2_700_000_000n]);
    expect(report?.validatorsMinted).toBe(900_000_000n);
    const { minted, issuance, staked } = readSupply(sim.state);
    expect([minted, issuance, staked]).toEqual([10n * GLN, 10n * GLN, 10n * GLN]);
  });

  it("EMIT-5: mints nothing in an epoch in which no miner has incentive", () => {
    const sim = new Sim();
    sim.register("miner");
    expect(sim.runTo(10).epochReport).toMatchObject({ minted: 0n, countedBlocks: 10, consensusMinted: 0n });
    sim.weightEpoch(() => []);
    expect(sim.weightEpoch(() => []).epochReport?.minted).toBe(0n);
    expect(readSupply(sim.state).minted).toBe(0n);
  });

  it("EMIT-6: lands as the owner's stake", () => {
    const sim = paying();
    sim.weightEpoch(() => []);
    expect(sim.neuron("miner").stake).toBe(8_100_000_000n);
    expect(sim.neuron("miner").emission).toBe(8_100_000_000n);
    expect(sim.neuron("miner").emissionAverage).toBe(8_100_000_000n / 8n);
    expect(sim.balance("miner owner")).toBe(0n);
  });
});
