import { type Action, asSpikes, bytesToHex, type RegisterAction } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { concatBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import {
  applyBlock,
  checkTransaction,
  decodeState,
  encodeState,
  type LedgerState,
  openTrial,
  REJECTIONS,
  readHead,
  stateRoot,
} from "../../src/index.ts";
import { type Attempt, attempts, PEOPLE, VALIDATORS } from "../gen/randomActions.ts";
import { SERVE_MINER, Sim, transferTo } from "../gen/sim.ts";
import { fakeVerify, testKey } from "../gen/testKey.ts";

const SEED = 20_221_104;
/** 10,000 cases: 2,100 sequences of transactions, 6,900 mutants of transactions that are taken, 1,000 of mere bytes. */
const RUNS = { invariants: 600, refusals: 1_000, trials: 200, replays: 300, mutants: 6_900, bytes: 1_000 };
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
for (const name of [...VALIDATORS, "hot 1"]) start.fund(name, 10_000_000n);
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
      { seed: SEED, numRuns: RUNS.invariants },
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
      { seed: SEED, numRuns: RUNS.refusals },
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
      { seed: SEED, numRuns: RUNS.trials },
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
      { seed: SEED, numRuns: RUNS.replays },
    );
  });

  it("TX-1: gives a code for any bytes", () => {
    const { state } = market();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(codeOf(state, bytes) in REJECTIONS).toBe(true);
      }),
      { seed: SEED, numRuns: RUNS.bytes },
    );
  });

  it("TX-1: refuses every change of a transaction that it takes, and changes nothing by it", () => {
    const sim = market();
    const { state } = sim;
    const taken = takenOf(sim);
    expect(taken.map((bytes) => codeOf(state, bytes))).toEqual(taken.map(() => "OK"));
    const empty = sim.nextInput();
    const idleRoot = applyBlock(state, empty, { verifySignature }).root;
    fc.assert(
      fc.property(fc.constantFrom(...taken).chain(mutantsOf), (mutant) => {
        const code = codeOf(state, mutant);
        expect(code in REJECTIONS).toBe(true);
        const block = applyBlock(state, { ...empty, transactions: [mutant] }, { verifySignature });
        expect(block.receipts.map((receipt) => receipt.code)).toEqual([code]);
        expect(block.root).toEqual(idleRoot);
      }),
      { seed: SEED, numRuns: RUNS.mutants },
    );
  });
});

function codeOf(state: LedgerState, bytes: Uint8Array): string {
  const check = checkTransaction(state, bytes, { verifySignature });
  return check.ok ? "OK" : check.code;
}

/** Transactions of many kinds, one or two signers, with a fee and free; each alone would be taken. */
function takenOf(sim: Sim): Uint8Array[] {
  const key = (name: string) => testKey(name).publicKey;
  const amount = asSpikes(500_000_000n);
  const actions: readonly (readonly [Action, ...string[]])[] = [
    [transferTo(testKey("ben"), 1_000_000n), "ann"],
    [{ kind: "stake", hotkey: key("val a"), amount }, "ann"],
    [{ kind: "unstake", hotkey: key("val a"), amount }, "ann"],
    [{ kind: "moveStake", from: key("val a"), to: key("val b"), amount }, "ann"],
    [{ kind: "setTake", hotkey: key("hot 1"), takePpm: 1 }, "ann"],
    [SERVE_MINER, "hot 1"],
    [sim.commitOf("val a", []), "val a"],
    [sim.bindOf("k 1", "val a"), "val a"],
    [sim.workFor("hot 2", "ann"), "hot 2"],
    [
      { ...registration(sim, "hot 3"), proof: { kind: "burn", maxPrice: asSpikes(10n ** 10n) } },
      "ann",
      "hot 3",
    ],
    [{ kind: "swapHotkey", hotkey: key("hot 1"), newHotkey: key("fresh 1") }, "ann", "fresh 1"],
    [
      { kind: "publishRecord", recordKind: "dataset", name: "a", uri: "b", digest: new Uint8Array(32) },
      "ann",
    ],
  ];
  return actions.map(([action, sender, ...others]) => {
    if (sender === undefined) throw new RangeError("nobody sends it");
    const alone = sim.fork();
    return alone.sign(alone.body(sender, action), [sender, ...others]);
  });
}

function registration(sim: Sim, name: string): RegisterAction {
  const action = sim.workFor(name, "ann");
  if (action.kind !== "register") throw new RangeError("not a registration");
  return action;
}

/** One byte changed, put in, or all from one on cut off: never the same bytes. */
function mutantsOf(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat(bytes.length - 1);
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(at, fc.integer({ min: 1, max: 255 })).map(([i, flip]) => flipped(bytes, i, flip)),
    },
    { weight: 1, arbitrary: at.map((i) => bytes.slice(0, i)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(at, fc.nat(255))
        .map(([i, byte]) => concatBytes(bytes.slice(0, i), Uint8Array.of(byte), bytes.slice(i))),
    },
  );
}

function flipped(bytes: Uint8Array, at: number, flip: number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? byte ^ flip : byte));
}
