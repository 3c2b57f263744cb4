import { asUid } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { applyBlock, decodeState, encodeState, REJECTIONS } from "../../../src/index.ts";
import { stakeOn, voteFor } from "../../gen/governed.ts";
import { type Attempt, attempts, PEOPLE, VALIDATORS } from "../../gen/randomActions.ts";
import { SERVE_MINER, Sim } from "../../gen/sim.ts";
import { fakeVerify, testKey } from "../../gen/testKey.ts";

const SEED = 20_221_104;
const RUNS = 100;
const GLN = 1_000_000_000n;
const EPOCH = 4;
const ROWS = [{ domainId: 0, entries: [{ uid: asUid(2), weight: 1 }] }];

/** Four slots, of which a vote may empty one every other epoch; the first proposal is to expel "hot 1". */
function market(): Sim {
  const params = {
    maxNeurons: 4,
    immunityBlocks: 13,
    epochLengthBlocks: EPOCH,
    commitCutoffBlocks: 1,
    difficultyStart: 2n,
    bootstrapEndHeight: EPOCH,
    votingBlocks: EPOCH,
    timeLockBlocks: 0,
  };
  const sim = new Sim({ validators: VALIDATORS, params });
  for (const name of [...PEOPLE, ...VALIDATORS]) sim.fund(name, 20n * GLN);
  sim.register("hot 1", "ann");
  sim.include("hot 1", SERVE_MINER);
  for (const name of PEOPLE) sim.send(name, stakeOn("val a", 3n * GLN));
  sim.send("ben", stakeOn("hot 1", 3n * GLN));
  sim.block();
  sim.runTo(2 * EPOCH);
  sim.send("ann", { kind: "propose", content: { kind: "expel", hotkey: testKey("hot 1").publicKey } });
  sim.send("val a", sim.commitOf("val a", ROWS));
  sim.runTo(3 * EPOCH);
  return sim;
}

const start = market();
const run = (sim: Sim, attempt: Attempt): void => {
  sim.send(attempt.sender, attempt.make(sim), attempt.cosigners);
};

describe("governance among all other transactions", () => {
  it("GOV-10: keeps every invariant, also while slots are emptied and taken again", () => {
    const blocks = fc.array(fc.array(attempts, { maxLength: 4 }), { minLength: 8, maxLength: 20 });
    const seen = new Set<string>();
    fc.assert(
      fc.property(blocks, (list) => {
        const sim = start.fork();
        for (const name of PEOPLE) sim.send(name, voteFor(0, "yes", "val a"));
        sim.send("val a", sim.revealOf(ROWS));
        let restored = decodeState(encodeState(sim.state));
        for (const block of [[], ...list]) {
          for (const attempt of block) run(sim, attempt);
          // Sim checks the invariants after each block.
          const input = sim.nextInput();
          const { receipts, events, root } = sim.apply(input);
          const replayed = applyBlock(restored, input, { verifySignature: fakeVerify });
          restored = decodeState(encodeState(replayed.state));
          expect([replayed.root, replayed.receipts]).toEqual([root, receipts]);
          for (const { code } of receipts) expect(code === "OK" || code in REJECTIONS).toBe(true);
          for (const { kind } of events) seen.add(kind);
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
    const kinds = [
      "NeuronExpelled",
      "NeuronRegistered",
      "NeuronPruned",
      "HotkeySwapped",
      "PoolPaid",
      "ProposalTallied",
    ];
    expect(kinds.filter((kind) => !seen.has(kind))).toEqual([]);
  });
});
