import { asUid, type WeightRow } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { readSupply } from "../../../src/index.ts";
import { SERVE_MINER, Sim } from "../../gen/sim.ts";

const GLN = 1_000_000_000n;
const CAP = 40n * GLN;
/** Blocks from one halving to the next, as long as what a block mints is a whole number of spikes. */
const HALVING_BLOCKS = 20;
const NEURONS = 64;
const VALIDATORS = ["a", "b"];

/** A market of 64 neurons whose whole supply fits into a short run; the bootstrap ends at a tenth of it. */
function market(): Sim {
  const sim = new Sim({
    validators: VALIDATORS,
    params: {
      supplyCapSpikes: CAP,
      maxNeurons: NEURONS,
      targetRegistrationsPerInterval: NEURONS,
      difficultyStart: 1n,
      difficultyMax: 1n,
      immunityBlocks: 100,
      bootstrapIssuanceSpikes: CAP / 10n,
      minStakeSpikes: 1n,
    },
  });
  for (let i = VALIDATORS.length; i < NEURONS; i++) sim.register(`m ${i}`);
  for (let i = VALIDATORS.length; i < NEURONS; i++) sim.send(`m ${i}`, SERVE_MINER);
  sim.block();
  sim.runTo((sim.epoch + 1) * 10);
  return sim;
}

const ROWS: readonly WeightRow[] = [
  {
    domainId: 0,
    entries: Array.from({ length: NEURONS - VALIDATORS.length }, (_, i) => ({
      uid: asUid(VALIDATORS.length + i),
      weight: 1 + i,
    })),
  },
];

/** What a block mints at an issuance, by the bounds of the halvings instead of by a logarithm. */
function modelEmission(issuance: bigint): bigint {
  let halvings = 0n;
  while (issuance * 2n ** (halvings + 1n) >= CAP * (2n ** (halvings + 1n) - 1n)) halvings += 1n;
  return GLN / 2n ** halvings;
}

describe("the supply cap", () => {
  it("EMIT-1: is approached by halvings, exactly, until nothing is left to mint", () => {
    const sim = market();
    sim.weightEpoch(() => ROWS);
    expect(readSupply(sim.state).issuance).toBe(0n);
    let model = 0n;
    const byEpoch: bigint[] = [0n];
    while (model < CAP && modelEmission(model) > 0n) {
      const { epochReport } = sim.weightEpoch(() => ROWS);
      for (let i = 0; i < 10; i++) model += modelEmission(model);
      byEpoch.push(model);
      expect(readSupply(sim.state)).toMatchObject({ issuance: model, minted: model });
      expect(epochReport?.countedBlocks).toBe(10);
    }
    const halvings = Array.from({ length: 10 }, (_, h) => byEpoch[(h * HALVING_BLOCKS) / 10]);
    expect(halvings).toEqual(halvings.map((_, h) => CAP - CAP / 2n ** BigInt(h)));
    expect(sim.metagraph.bootstrap).toBe(false);
    expect(CAP - model).toBe(CAP / 2n ** 30n);
    const last = readSupply(sim.state).issuance;
    expect(sim.weightEpoch(() => ROWS).epochReport?.minted).toBe(0n);
    expect(readSupply(sim.state).issuance).toBe(last);
    expect(last).toBeLessThan(CAP);
  });
});
