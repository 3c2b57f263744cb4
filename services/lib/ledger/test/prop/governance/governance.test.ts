import { GOVERNED_PARAMS } from "@ganglion/params";
import {
  type Action,
  asHeight,
  asSpikes,
  bytesToHex,
  equalBytes,
  type Hotkey,
  type LedgerEvent,
  PARAMETER_NAMES,
  type ProposalContent,
  UNSTAKE_ALL,
} from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { readAccount, readGovernance, readParams, readSupply } from "../../../src/index.ts";
import { readRows } from "../../../src/state/rows.ts";
import { stakeOn, voteFor } from "../../gen/governed.ts";
import { SERVE_MINER, Sim } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

const SEED = 20_221_104;
const RUNS = 80;
const GLN = 1_000_000_000n;
const EPOCH = 4;
const LONG_ROUND = 40;
const PEOPLE = ["ann", "ben", "cat", "dan"];
const HOTKEYS = ["val", "m 1", "m 2"];
const params = {
  epochLengthBlocks: EPOCH,
  commitCutoffBlocks: 1,
  immunityBlocks: 13,
  bootstrapEndHeight: 2 * EPOCH,
  timeLockBlocks: EPOCH,
  difficultyStart: 2n,
  maxNeurons: 4,
};
/** Milli-GLN of each person with each hotkey. */
type Stakes = readonly (readonly number[])[];
const stakes: fc.Arbitrary<Stakes> = fc.array(
  fc.array(fc.constantFrom(0, 10, 999, 5_000), { minLength: 3, maxLength: 3 }),
  { minLength: PEOPLE.length, maxLength: PEOPLE.length },
);

function funded(votingBlocks: number): Sim {
  const sim = new Sim({ params: { ...params, votingBlocks } });
  for (const hotkey of ["m 1", "m 2"]) {
    sim.register(hotkey, "miners' owner");
    sim.include(hotkey, SERVE_MINER);
  }
  for (const name of PEOPLE) sim.fund(name, 100n * GLN);
  return sim;
}

const shortRounds = funded(EPOCH);
const longRounds = funded(LONG_ROUND);

/** In the first round of governance, with that stake. */
function governedBy(held: Stakes, start: Sim): Sim {
  const sim = start.fork();
  held.forEach((row, i) => {
    row.forEach((milli, j) => {
      if (milli > 0) sim.send(PEOPLE[i] ?? "", stakeOn(HOTKEYS[j] ?? "", (BigInt(milli) * GLN) / 1_000n));
    });
  });
  sim.runTo(2 * EPOCH);
  return sim;
}

const contents: fc.Arbitrary<(sim: Sim) => ProposalContent> = fc.oneof(
  fc
    .uniqueArray(
      fc.record({ param: fc.nat(PARAMETER_NAMES.length - 1), place: fc.integer({ min: -30, max: 1_000 }) }),
      {
        selector: ({ param }) => param,
        minLength: 1,
        maxLength: 2,
      },
    )
    .map((list) => (sim: Sim) => ({
      kind: "params" as const,
      changes: list
        .sort((a, b) => a.param - b.param)
        .map(({ param, place }) => ({ param, value: valueAt(sim, param, place) })),
    })),
  fc.nat(1_000_000).map((share) => () => ({
    kind: "domains" as const,
    domains: [
      { name: "prose", sharePpm: share },
      { name: "code", sharePpm: 1_000_000 - share },
    ],
  })),
  fc
    .constantFrom(...HOTKEYS)
    .map((name) => () => ({ kind: "expel" as const, hotkey: testKey(name).publicKey })),
  fc
    .record({
      wait: fc.integer({ min: 9, max: 20 }),
      name: fc.constantFrom("consensus-classic", "consensus-yuma3"),
    })
    .map(({ wait, name }) => (sim: Sim) => ({
      kind: "upgrade" as const,
      height: asHeight(sim.height + 1 + wait),
      name,
    })),
  fc
    .string({ maxLength: 9 })
    .map(utf8ToBytes)
    .map((text) => () => ({ kind: "charter" as const, text })),
);

/** Near the present value, anywhere within the bounds, or below them. */
function valueAt(sim: Sim, param: number, place: number): bigint {
  const name = PARAMETER_NAMES[param];
  const { least, most } = (name && GOVERNED_PARAMS[name]) ?? { least: 0n, most: 100n };
  const present = name && readParams(sim.state)[name];
  if (place < -20 && least > 0n) return least - 1n;
  if (place < 500 && (typeof present === "number" || typeof present === "bigint"))
    return BigInt(present) + BigInt(Math.max(0, place));
  return least + ((most - least) * BigInt(Math.max(0, place))) / 1_000n;
}

const proposals = fc.uniqueArray(fc.record({ by: fc.constantFrom(...PEOPLE), content: contents }), {
  selector: ({ by }) => by,
  maxLength: 3,
});
const choice = fc.oneof(
  { arbitrary: fc.constant("yes" as const), weight: 7 },
  { arbitrary: fc.constantFrom("no" as const, undefined), weight: 2 },
);
const rounds = fc.array(fc.record({ proposals, choices: fc.array(choice, { minLength: 7, maxLength: 7 }) }), {
  minLength: 3,
  maxLength: 7,
});

/** Everybody with stake votes on all that is voted on, by these choices in turn. @returns the senders */
function sendVotes(sim: Sim, choices: readonly ("yes" | "no" | undefined)[]): string[] {
  const voting = readGovernance(sim.state).proposals.filter(({ status }) => status === "voting");
  const ballots = PEOPLE.flatMap((by) =>
    voting.flatMap(({ id }) => HOTKEYS.map((hotkey) => ({ by, id, hotkey }))),
  );
  return ballots.flatMap(({ by, id, hotkey }, i) => {
    const chosen = choices[i % choices.length];
    const { stakes: held } = readAccount(sim.state, testKey(by).address);
    if (chosen === undefined || !held.some((stake) => equalBytes(stake.hotkey, testKey(hotkey).publicKey)))
      return [];
    sim.send(by, voteFor(id, chosen, hotkey));
    return by;
  });
}

/** All that is worth something, and whose it is; balances apart. */
function wealth(sim: Sim) {
  return {
    pools: readRows(sim.state, "pools").map(({ hotkey, owner, amount, shares, takePpm }) => ({
      hotkey: bytesToHex(hotkey),
      owner: bytesToHex(owner),
      amount,
      shares,
      takePpm,
    })),
    positions: readRows(sim.state, "positions").map(({ pool, address, shares, addedAmount }) => ({
      pool,
      address: bytesToHex(address),
      shares,
      addedAmount,
    })),
    unbondings: readRows(sim.state, "unbondings"),
    moves: readRows(sim.state, "moves"),
    minted: readSupply(sim.state).minted,
  };
}

describe("governance", () => {
  it("GOV-10: changes no money, stake or owner, whatever is decided", () => {
    const done = new Map<string, number>();
    fc.assert(
      fc.property(stakes, rounds, (held, list) => {
        const sim = governedBy(held, shortRounds);
        const before = wealth(sim);
        const pinned = pinnedOf(sim);
        const spent = new Map(PEOPLE.map((name) => [name, sim.balance(name)]));
        const senders: string[] = [];
        const blocks = [...list.flatMap((round) => [round, undefined, undefined, undefined]), ...idle(12)];
        for (const round of blocks) {
          senders.length = 0;
          for (const { by, content } of round?.proposals ?? []) {
            sim.send(by, { kind: "propose", content: content(sim) });
            senders.push(by);
          }
          if (round !== undefined) senders.push(...sendVotes(sim, round.choices));
          // Sim checks the invariants after each block.
          const { receipts, events } = sim.block();
          receipts.forEach(({ fee }, i) => {
            const by = senders[i] ?? "";
            spent.set(by, (spent.get(by) ?? 0n) - fee);
          });
          for (const event of events)
            if (event.kind === "ProposalExecuted") done.set(event.what, (done.get(event.what) ?? 0) + 1);
        }
        expect(wealth(sim)).toEqual(before);
        expect(new Map(PEOPLE.map((name) => [name, sim.balance(name)]))).toEqual(spent);
        expect({ ...pinnedOf(sim), consensusMode: pinned["consensusMode"] }).toEqual(pinned);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect([...done.keys()].sort()).toEqual(["charter", "domains", "expel", "params", "upgrade"]);
  });

  it("GOV-3: gives every spike of stake one vote, whatever moves during the round", () => {
    const amount = fc.oneof(fc.bigInt({ min: 10_000_000n, max: 2n * GLN }), fc.constant<bigint>(UNSTAKE_ALL));
    const step = fc.record({
      by: fc.constantFrom(...PEOPLE),
      kind: fc.constantFrom("stake" as const, "unstake" as const, "moveStake" as const, "vote" as const),
      hotkey: fc.constantFrom(...HOTKEYS),
      other: fc.constantFrom(...HOTKEYS),
      amount,
    });
    fc.assert(
      fc.property(stakes, fc.array(step, { maxLength: 30 }), (held, steps) => {
        const sim = governedBy(
          held.map((row, i) => (i === 0 ? [5_000, ...row.slice(1)] : row)),
          longRounds,
        );
        sim.send("ann", { kind: "propose", content: { kind: "charter", text: Uint8Array.of(65) } });
        sim.runTo(2 * EPOCH + LONG_ROUND);
        const expected = PEOPLE.flatMap((name) =>
          readAccount(sim.state, testKey(name).address).stakes.map(({ hotkey, amount: worth }) => ({
            name,
            hotkey,
            worth,
          })),
        );
        const cast = steps.flatMap(({ by, kind, hotkey, other, amount: spikes }) => {
          sim.send(by, actionOf(kind, testKey(hotkey).publicKey, testKey(other).publicKey, spikes));
          return sim.block().events.flatMap(castBy);
        });
        for (const { name, hotkey, worth } of expected)
          if (!cast.includes(weightOf(name, hotkey, worth)))
            sim.send(name, { kind: "vote", proposal: 0, hotkey, choice: "yes" });
        cast.push(...sim.block().events.flatMap(castBy));
        expect(cast.sort()).toEqual(
          expected.map(({ name, hotkey, worth }) => weightOf(name, hotkey, worth)).sort(),
        );
        const [proposal] = readGovernance(sim.state).proposals;
        const missing = (proposal?.roundStake ?? 0n) - (proposal?.yes ?? 0n) - (proposal?.no ?? 0n);
        expect(missing >= 0n && missing <= BigInt(expected.length)).toBe(true);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});

const idle = (blocks: number): undefined[] => Array.from({ length: blocks }, () => undefined);

function pinnedOf(sim: Sim): Record<string, unknown> {
  const all = Object.entries(readParams(sim.state));
  return Object.fromEntries(all.filter(([name]) => !Object.keys(GOVERNED_PARAMS).includes(name)));
}

function actionOf(
  kind: "stake" | "unstake" | "moveStake" | "vote",
  hotkey: Hotkey,
  other: Hotkey,
  amount: bigint,
): Action {
  const spikes = asSpikes(amount);
  if (kind === "vote") return { kind, proposal: 0, hotkey, choice: "no" };
  return kind === "moveStake"
    ? { kind, from: hotkey, to: other, amount: spikes }
    : { kind, hotkey, amount: spikes };
}

function weightOf(name: string, hotkey: Uint8Array, weight: bigint): string {
  return `${name} ${HOTKEYS.find((one) => equalBytes(testKey(one).publicKey, hotkey))} ${weight}`;
}

function castBy(event: LedgerEvent): string[] {
  if (event.kind !== "VoteCast") return [];
  const name = PEOPLE.find((one) => equalBytes(testKey(one).address, event.address)) ?? "";
  return [weightOf(name, event.hotkey, event.weight)];
}
