import { asSpikes, bytesToHex } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  applyBlock,
  checkTransaction,
  decodeState,
  encodeState,
  openTrial,
  REJECTIONS,
  readHead,
  stateRoot,
} from "../../src/index.ts";
import { type Attempt, attempts, PEOPLE, VALIDATORS } from "../gen/randomActions.ts";
import { Sim } from "../gen/sim.ts";
import { fakeVerify, testKey } from "../gen/testKey.ts";

const SEED = 20_221_104;
const RUNS = 400;
const verifySignature = fakeVerify;

const params = {
  maxNeurons: 4,
  immunityBlocks: 13,
  epochLengthBlocks: 4,
  commitCutoffBlocks: 1,
  difficultyStart: 2n,
};
const domains = [
  { name: "prose", sharePpm: 600_000 },
  { name: "code", sharePpm: 400_000 },
];
const start = new Sim({ validators: VALIDATORS, domains, params });
for (const name of PEOPLE) start.fund(name, 5_000_000_000n);
for (const name of [...VALIDATORS, "hot 1"]) start.fund(name, 1_000_000n);
start.register("hot 1", "ann");
for (const [name, hot] of [
  ["ann", "val a"],
  ["ben", "val a"],
  ["ben", "hot 1"],
  ["val b owner", "val b"],
] as const)
  start.include(name, {
    kind: "stake",
    hotkey: testKey(hot).publicKey,
    amount: asSpikes(1_000_000_000n),
  });

/** Four slots, four-block epochs, and money in a few hands. */
function market(): Sim {
  return start.fork();
}

const run = (sim: Sim, attempt: Attempt): void => {
  sim.send(attempt.sender, attempt.make(sim), attempt.cosigners);
};

describe("random transactions", () => {
  it("SUPPLY-1: keeps every invariant, whatever is sent", () => {
    const blocks = fc.array(fc.array(attempts, { maxLength: 4 }), { minLength: 6, maxLength: 16 });
    fc.assert(
      fc.property(blocks, (list) => {
        const sim = market();
        for (const block of list) {
          for (const attempt of block) run(sim, attempt);
          // Sim checks the invariants after each block.
          for (const { code } of sim.block().receipts) expect(code === "OK" || code in REJECTIONS).toBe(true);
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it("TX-5: changes nothing when it refuses", () => {
    const cases = fc.record({ before: fc.array(attempts, { maxLength: 6 }), tried: attempts });
    fc.assert(
      fc.property(cases, ({ before, tried }) => {
        const sim = market();
        for (const attempt of before) {
          run(sim, attempt);
          sim.block();
        }
        const idle = sim.fork();
        run(sim, tried);
        const code = sim.block().receipts[0]?.code;
        idle.block();
        expect(sim.root === idle.root).toBe(code !== "OK");
      }),
      { seed: SEED, numRuns: RUNS * 2 },
    );
  });

  it("FEE-5: gives in a trial the receipts of the block, and of one without those that fail only good ones", () => {
    const blocks = fc.array(fc.array(attempts, { minLength: 2, maxLength: 12 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(blocks, (list) => {
        const sim = market();
        for (const block of list) {
          for (const attempt of block) run(sim, attempt);
          const input = sim.nextInput();
          const trial = openTrial(sim.state, input, { verifySignature });
          const tried = input.transactions.map((bytes) => trial(bytes));
          const { state } = sim;
          expect(sim.apply(input).receipts).toEqual(tried);
          const transactions = input.transactions.filter((_, i) => tried[i]?.code === "OK");
          const { receipts } = applyBlock(state, { ...input, transactions }, { verifySignature });
          expect(receipts.filter(({ code }) => code !== "OK")).toEqual([]);
        }
      }),
      { seed: SEED, numRuns: RUNS / 2 },
    );
  });

  it("BLOCK-1: replays the same blocks to the same roots, also from a snapshot", () => {
    const blocks = fc.array(fc.array(attempts, { maxLength: 3 }), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(blocks, fc.nat(), (list, cut) => {
        const sim = market();
        const first = sim.state;
        let snapshot = encodeState(first);
        const log: { readonly input: Parameters<typeof applyBlock>[1]; readonly root: string }[] = [];
        list.forEach((block, i) => {
          for (const attempt of block) run(sim, attempt);
          const input = sim.nextInput();
          sim.apply(input);
          log.push({ input, root: sim.root });
          if (i === cut % list.length) snapshot = encodeState(sim.state);
        });
        let state = first;
        for (const { input, root } of log) {
          const result = applyBlock(state, input, { verifySignature });
          expect(bytesToHex(result.root)).toBe(root);
          state = result.state;
        }
        let restored = decodeState(snapshot);
        for (const { input } of log.slice(readHead(restored).height - start.height))
          restored = applyBlock(restored, input, { verifySignature }).state;
        expect(bytesToHex(stateRoot(restored))).toBe(sim.root);
      }),
      { seed: SEED, numRuns: RUNS / 2 },
    );
  });

  it("TX-1: gives a code for any bytes", () => {
    const sim = market();
    const root = sim.root;
    const valid = sim.sign(sim.body("ann", { kind: "unserve" }), ["ann"]);
    const mutated = fc
      .tuple(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, flip]) => valid.map((byte, i) => (i === at ? byte ^ flip : byte)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), mutated), (bytes) => {
        const check = checkTransaction(sim.state, bytes, { verifySignature });
        expect(check.ok).toBe(false);
        expect(!check.ok && check.code in REJECTIONS).toBe(true);
      }),
      { seed: SEED, numRuns: 8_600 },
    );
    expect(sim.root).toBe(root);
  });
});
