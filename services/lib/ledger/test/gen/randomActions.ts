import {
  type Action,
  asHeight,
  asSpikes,
  asUid,
  PARAMETER_NAMES,
  type ProposalContent,
  UNSTAKE_ALL,
  type WeightRow,
} from "@ganglion/types";
import fc from "fast-check";
import { SERVE_MINER, SERVE_VALIDATOR, type Sim } from "./sim.ts";
import { testKey } from "./testKey.ts";

/** Bootstrap validators, coldkeys with money, and hotkeys that may register. */
export const VALIDATORS = ["val a", "val b"];
export const PEOPLE = ["ann", "ben", ...VALIDATORS.map((name) => `${name} owner`)];
const HOTKEYS = ["hot 1", "hot 2", "hot 3", "hot 4"];
const ANYBODY = [...VALIDATORS, ...PEOPLE, ...HOTKEYS, "nobody"];

/** One transaction that is often valid: who sends it, what, and who else signs. */
export type Attempt = {
  readonly sender: string;
  readonly make: (sim: Sim) => Action;
  readonly cosigners: readonly string[];
};

const anybody = fc.constantFrom(...ANYBODY);
const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: 5_000_000_000n }),
  fc.constantFrom(0n, 1n, 999_999n, 1_000_000n, 10_000_000n, (1n << 64n) - 1n),
);
const weightRows: fc.Arbitrary<readonly WeightRow[]> = fc
  .array(
    fc.record({
      domainId: fc.integer({ min: 0, max: 2 }),
      entries: fc.uniqueArray(
        fc.record({ uid: fc.integer({ min: 0, max: 5 }).map(asUid), weight: fc.integer({ min: 0, max: 65_535 }) }),
        { selector: (entry) => entry.uid, maxLength: 4 },
      ),
    }),
    { maxLength: 2 },
  )
  .map((rows) =>
    rows
      .map((row) => ({ ...row, entries: row.entries.toSorted((a, b) => a.uid - b.uid) }))
      .sort((a, b) => a.domainId - b.domainId),
  );

const attempt = (
  sender: fc.Arbitrary<string>,
  make: fc.Arbitrary<(sim: Sim) => Action>,
): fc.Arbitrary<Attempt> => fc.record({ sender, make, cosigners: fc.constant([]) });

const transfers = attempt(
  fc.constantFrom(...PEOPLE, "nobody"),
  fc
    .record({ to: anybody, amount })
    .map(({ to, amount: spikes }) => () => ({
      kind: "transfer",
      to: testKey(to).address,
      amount: asSpikes(spikes),
    })),
);

const registrations: fc.Arbitrary<Attempt> = fc
  .record({ hot: fc.constantFrom(...HOTKEYS), by: fc.constantFrom("work", "burn", "stale"), payer: anybody })
  .map(({ hot, by, payer }) => ({
    sender: by === "burn" ? payer : hot,
    cosigners: by === "burn" && payer !== hot ? [hot] : [],
    make: (sim) => {
      const work = sim.workFor(hot, "ann");
      if (work.kind !== "register" || by === "work") return work;
      const stale = { kind: "work", height: asHeight(0), nonce: 0n } as const;
      return { ...work, proof: by === "stale" ? stale : { kind: "burn", maxPrice: asSpikes(10n ** 10n) } };
    },
  }));

const endpoints = attempt(
  anybody,
  fc.constantFrom<(sim: Sim) => Action>(
    () => SERVE_MINER,
    () => SERVE_VALIDATOR,
    () => ({ kind: "unserve" }),
  ),
);

/** Rows that come often, so that a reveal often opens the commit before it. */
const USUAL_ROWS: readonly WeightRow[] = [{ domainId: 0, entries: [{ uid: asUid(2), weight: 3 }] }];

const weights: fc.Arbitrary<Attempt> = fc
  .record({
    sender: fc.oneof(
      { arbitrary: fc.constantFrom(...VALIDATORS), weight: 4 },
      { arbitrary: fc.constantFrom(...HOTKEYS), weight: 1 },
    ),
    rows: fc.oneof(
      { arbitrary: fc.constant(USUAL_ROWS), weight: 3 },
      { arbitrary: weightRows, weight: 1 },
    ),
    reveal: fc.boolean(),
    slip: fc.oneof(
      { arbitrary: fc.constant(0), weight: 5 },
      { arbitrary: fc.integer({ min: 0, max: 2 }), weight: 1 },
    ),
  })
  .map(({ sender, rows, reveal, slip }) => ({
    sender,
    cosigners: [],
    make: (sim) =>
      reveal
        ? sim.revealOf(rows, Math.max(0, sim.epoch - 1 + slip))
        : sim.commitOf(sender, rows, sim.epoch + slip),
  }));

const mostly = (usual: readonly string[], others: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...usual), weight: 5 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );
/** Who has money, and hotkeys that are registered. */
const holder = mostly(PEOPLE, ANYBODY);
const pools = mostly([...VALIDATORS, "hot 1"], HOTKEYS);

const stakes = attempt(
  holder,
  fc
    .record({
      kind: fc.constantFrom("stake" as const, "unstake" as const),
      hot: pools,
      amount: fc.oneof(amount, fc.bigInt({ min: 10_000_000n, max: 200_000_000n }), fc.constant<bigint>(UNSTAKE_ALL)),
    })
    .map(({ kind, hot, amount: spikes }) => () => ({
      kind,
      hotkey: testKey(hot).publicKey,
      amount: asSpikes(spikes),
    })),
);

const moves = attempt(
  holder,
  fc
    .record({
      from: pools,
      to: pools,
      amount: fc.oneof(amount, fc.bigInt({ min: 10_000_000n, max: 200_000_000n }), fc.constant<bigint>(UNSTAKE_ALL)),
    })
    .map(({ from, to, amount: spikes }) => () => ({
      kind: "moveStake",
      from: testKey(from).publicKey,
      to: testKey(to).publicKey,
      amount: asSpikes(spikes),
    })),
);

const takes = attempt(
  holder,
  fc
    .record({ hot: pools, takePpm: fc.integer({ min: 0, max: 200_000 }) })
    .map(({ hot, takePpm }) => () => ({ kind: "setTake", hotkey: testKey(hot).publicKey, takePpm })),
);

/** At the start; a swap may change it. */
function ownerOf(hot: string): string | undefined {
  if (VALIDATORS.includes(hot)) return `${hot} owner`;
  return hot === "hot 1" ? "ann" : undefined;
}

const swaps: fc.Arbitrary<Attempt> = fc
  .record({ hot: pools, fresh: fc.constantFrom(...HOTKEYS, "fresh 1", "fresh 2"), sender: anybody })
  .map(({ hot, fresh, sender }) => ({
    sender: ownerOf(hot) ?? sender,
    cosigners: [fresh],
    make: () => ({
      kind: "swapHotkey",
      hotkey: testKey(hot).publicKey,
      newHotkey: testKey(fresh).publicKey,
    }),
  }));

const word = fc.constantFrom("", "a", "b", "news");
const records = attempt(
  anybody,
  fc
    .record({ recordKind: fc.constantFrom("dataset" as const, "modelCard" as const), name: word, uri: word })
    .map((record) => () => ({ kind: "publishRecord", ...record, digest: new Uint8Array(32) })),
);

const keys: fc.Arbitrary<Attempt> = fc
  .record({
    sender: fc.constantFrom(...VALIDATORS, ...HOTKEYS, "ann"),
    key: fc.constantFrom("k 1", "k 2", ...VALIDATORS.map((name) => `${name} consensus`)),
    bind: fc.boolean(),
  })
  .map(({ sender, key, bind }) => ({
    sender,
    cosigners: [],
    make: (sim) => (bind ? sim.bindOf(key, sender) : { kind: "unbindKey" }),
  }));

const contents: fc.Arbitrary<ProposalContent> = fc.oneof(
  fc.record({
    kind: fc.constant("params" as const),
    changes: fc.array(
      fc.record({
        param: fc.integer({ min: 0, max: PARAMETER_NAMES.length }),
        value: fc.oneof(amount, fc.bigInt({ min: 0n, max: 100n })),
      }),
      { maxLength: 2 },
    ),
  }),
  fc.constant({ kind: "domains" as const, domains: [{ name: "prose", sharePpm: 1_000_000 }] }),
  pools.map((hot) => ({ kind: "expel" as const, hotkey: testKey(hot).publicKey })),
  fc.constant({ kind: "upgrade" as const, height: asHeight(1_000), name: "next" }),
  fc.constant({ kind: "charter" as const, text: new Uint8Array([65]) }),
);

const votes = attempt(
  anybody,
  fc.oneof(
    contents.map((content) => () => ({ kind: "propose" as const, content })),
    fc
      .record({
        proposal: fc.integer({ min: 0, max: 4 }),
        hot: pools,
        choice: fc.constantFrom("yes" as const, "no" as const),
      })
      .map(({ proposal, hot, choice }) => () => ({
        kind: "vote" as const,
        proposal,
        hotkey: testKey(hot).publicKey,
        choice,
      })),
  ),
);

/** One transaction of any kind. */
export const attempts: fc.Arbitrary<Attempt> = fc.oneof(
  { arbitrary: transfers, weight: 2 },
  { arbitrary: registrations, weight: 2 },
  { arbitrary: endpoints, weight: 1 },
  { arbitrary: weights, weight: 4 },
  { arbitrary: stakes, weight: 3 },
  { arbitrary: moves, weight: 2 },
  { arbitrary: takes, weight: 1 },
  { arbitrary: swaps, weight: 1 },
  { arbitrary: records, weight: 1 },
  { arbitrary: keys, weight: 1 },
  { arbitrary: votes, weight: 2 },
);
