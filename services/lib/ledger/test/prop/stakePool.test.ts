import { asSpikes, type Hotkey, UNSTAKE_ALL } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readAccount } from "../../src/index.ts";
import { poolOfHotkey } from "../../src/state/pools.ts";
import { addStake, payPool, settleAddedStake } from "../../src/state/stake.ts";
import { Sim } from "../gen/sim.ts";
import { testKey } from "../gen/testKey.ts";

const SEED = 11;
const START = 10n ** 11n;
const people = ["thief", "victim", "other"] as const;

/** What one address has, liquid or staked. */
function wealth(sim: Sim, name: string): bigint {
  const { balance, stakes, unbondings } = readAccount(sim.state, testKey(name).address);
  const held = [...stakes, ...unbondings].map(({ amount }) => amount);
  return held.reduce<bigint>((sum, amount) => sum + amount, balance);
}

const step = fc.oneof(
  fc.record({
    kind: fc.constantFrom("stake" as const, "unstake" as const),
    name: fc.constantFrom(...people),
    amount: fc.oneof(
      fc.bigInt({ min: 10_000_000n, max: 10_000_003n }),
      fc.bigInt({ min: 10_000_000n, max: 10n ** 10n }),
      fc.constant<bigint>(UNSTAKE_ALL),
    ),
  }),
  fc.record({ kind: fc.constant("epoch" as const) }),
);

/** Who stakes into a pool whose price rose as far as it can loses no more than a spike by it. */
function expectNoLoss(sim: Sim, hotkey: Hotkey): void {
  const { index } = poolOfHotkey(sim.state, hotkey);
  addStake(sim.state, index, testKey("victim").address, 10_000_000n);
  settleAddedStake(sim.state);
  const worth = wealth(sim, "victim");
  expect(worth).toBeLessThanOrEqual(10_000_000n);
  expect(worth).toBeGreaterThanOrEqual(10_000_000n - 2n);
}

describe("a pool of shares", () => {
  it("STAKE-4: lets nobody profit from rounding, also the first depositor", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        const sim = new Sim({ params: { feeSpikesPerByte: 0n } });
        sim.register("miner");
        for (const name of people) sim.fund(name, START);
        const hotkey = testKey("miner").publicKey;
        for (const one of steps) {
          if (one.kind === "epoch") sim.runTo((sim.epoch + 1) * 10);
          else sim.include(one.name, { kind: one.kind, hotkey, amount: asSpikes(one.amount) });
        }
        const slack = BigInt(steps.length);
        for (const name of people) {
          const now = wealth(sim, name);
          expect(now).toBeLessThanOrEqual(START + slack);
          expect(now).toBeGreaterThanOrEqual(START - slack);
        }
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  it("keeps the price of a share for everybody when the pool is paid, to a spike", () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 15n });
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, amount), { minLength: 1, maxLength: 30 }), (payments) => {
        const sim = new Sim({ params: { feeSpikesPerByte: 0n } });
        sim.fund("first", START);
        sim.fund("second", START);
        const hotkey = testKey("val").publicKey;
        for (const name of ["first", "second"])
          sim.include(name, { kind: "stake", hotkey, amount: asSpikes(10_000_000n) });
        sim.runTo(10);
        let shared = 0n;
        for (const [paid, own] of payments) {
          const before = wealth(sim, "second");
          const { take } = payPool(sim.state, 0, { shared: paid, own }, 180_000);
          shared += paid - take;
          expect(wealth(sim, "second")).toBeGreaterThanOrEqual(before - 1n);
          expect(wealth(sim, "second")).toBe(wealth(sim, "first"));
        }
        expect(wealth(sim, "second") - START).toBeLessThanOrEqual(shared / 2n + 1n);
        expectNoLoss(sim, hotkey);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});
