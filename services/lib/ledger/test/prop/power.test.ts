import { type Action, asSpikes, bytesToHex, UNSTAKE_ALL } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Misbehaviour, readConsensusSet, readHead, readSupply } from "../../src/index.ts";
import { Network } from "../gen/network.ts";
import { testKey } from "../gen/testKey.ts";

const SEED = 20_221_106;
const RUNS = 100;
const GLN = 1_000_000_000n;
const VALIDATORS = ["val a", "val b", "val c"];
const JOINERS = ["hot 1", "hot 2", "hot 3"];
const PEOPLE = [...VALIDATORS, ...JOINERS].map((name) => `${name} owner`);
const KEYS = ["k 1", "k 2", "k 3", "k 4", "k 5", ...VALIDATORS.map((name) => `${name} consensus`)];

type Setting = { readonly minConsensusKeys: number; readonly bootstrapEndHeight: number };

type Step = (network: Network) => void;

const hotkeys = fc.constantFrom(...VALIDATORS, ...JOINERS);
const amounts = fc.bigInt({ min: 1n, max: 60n }).map((gln) => asSpikes(gln * GLN));

const send =
  (sender: string, action: (network: Network) => Action, cosigners: readonly string[] = []): Step =>
  (network) => {
    network.sim.send(sender, action(network), cosigners);
  };

const stakes = fc
  .record({ who: fc.constantFrom(...PEOPLE), hot: hotkeys, amount: amounts })
  .map(({ who, hot, amount }) =>
    send(who, () => ({ kind: "stake", hotkey: testKey(hot).publicKey, amount })),
  );
const unstakes = fc
  .record({
    who: fc.constantFrom(...PEOPLE),
    hot: hotkeys,
    amount: fc.oneof(amounts, fc.constant(UNSTAKE_ALL)),
  })
  .map(({ who, hot, amount }) =>
    send(who, () => ({ kind: "unstake", hotkey: testKey(hot).publicKey, amount })),
  );
const moves = fc
  .record({ who: fc.constantFrom(...PEOPLE), from: hotkeys, to: hotkeys })
  .map(({ who, from, to }) =>
    send(who, () => ({
      kind: "moveStake",
      from: testKey(from).publicKey,
      to: testKey(to).publicKey,
      amount: UNSTAKE_ALL,
    })),
  );
const binds = fc
  .record({ hot: hotkeys, key: fc.constantFrom(...KEYS) })
  .map(({ hot, key }) => send(hot, ({ sim }) => sim.bindOf(key, hot)));
const unbinds = hotkeys.map((hot) => send(hot, () => ({ kind: "unbindKey" })));
const swaps = fc
  .record({ hot: hotkeys, fresh: fc.constantFrom("new 1", "new 2", "val a", "hot 1") })
  .map(({ hot, fresh }) =>
    send(
      `${hot} owner`,
      () => ({ kind: "swapHotkey", hotkey: testKey(hot).publicKey, newHotkey: testKey(fresh).publicKey }),
      [fresh],
    ),
  );
const steps: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: stakes, weight: 4 },
  { arbitrary: unstakes, weight: 3 },
  { arbitrary: moves, weight: 2 },
  { arbitrary: binds, weight: 4 },
  { arbitrary: unbinds, weight: 1 },
  { arbitrary: swaps, weight: 1 },
);

/** One block: what is sent, what is proven of which earlier block. */
const blocks = fc.array(
  fc.record({
    steps: fc.array(steps, { maxLength: 2 }),
    fault: fc.oneof(
      { arbitrary: fc.constant(undefined), weight: 14 },
      {
        arbitrary: fc.record({ key: fc.constantFrom(...KEYS), age: fc.integer({ min: 0, max: 25 }) }),
        weight: 1,
      },
    ),
    elapsedMs: fc.constantFrom(1, 1_000, 1_000, 9_000),
  }),
  { minLength: 12, maxLength: 70 },
);
const absences = fc.subarray(KEYS, { maxLength: 3 });
const settings: fc.Arbitrary<Setting> = fc.record({
  minConsensusKeys: fc.integer({ min: 1, max: 3 }),
  bootstrapEndHeight: fc.constantFrom(8, 8, 40),
});

/** Three validators of genesis and three newcomers with a key each, all with stake. */
const PARAMS = {
  epochLengthBlocks: 4,
  commitCutoffBlocks: 1,
  immunityBlocks: 13,
  jailBlocks: 6,
  maxValidators: 5,
  bootstrapIssuanceSpikes: 1_000n * GLN,
};

function start(setting: Setting): Network {
  const network = new Network({ validators: VALIDATORS, params: { ...PARAMS, ...setting } });
  for (const name of [...PEOPLE, ...VALIDATORS, ...JOINERS]) network.sim.fund(name, 30n * GLN);
  JOINERS.forEach((name, i) => {
    network.sim.send(name, network.sim.workFor(name));
    network.expectOk();
    network.sim.send(name, network.sim.bindOf(`k ${i + 1}`, name));
  });
  for (const name of [...VALIDATORS, ...JOINERS]) {
    const hotkey = testKey(name).publicKey;
    network.sim.send(`${name} owner`, { kind: "stake", hotkey, amount: asSpikes(10n * GLN) });
  }
  network.expectOk();
  return network;
}

function faultOf(
  network: Network,
  { key, age }: { readonly key: string; readonly age: number },
): Misbehaviour {
  const { height, timeMs } = readHead(network.sim.state);
  const consensusKey = testKey(key).publicKey;
  return { kind: "duplicateVote", consensusKey, height: height - age, timeMs: timeMs - age * 1_000 };
}

describe("the engine's set", () => {
  it("POWER-6: is never empty nor refused, whatever stake, keys, absence, faults and swaps do", () => {
    let punished = 0;
    let jailed = 0;
    fc.assert(
      fc.property(settings, absences, blocks, (setting, absent, list) => {
        const network = start(setting);
        for (const { steps: sent, fault, elapsedMs } of list) {
          for (const step of sent) step(network);
          const misbehaviour = fault === undefined ? [] : [faultOf(network, fault)];
          const timeMs = readHead(network.sim.state).timeMs + elapsedMs;
          const before = readSupply(network.sim.state).issuance;
          // The engine throws where CometBFT would halt; Sim checks the ledger's invariants.
          const { events } = network.block({ absent, misbehaviour, timeMs });
          for (const event of events) {
            if (event.kind === "KeyJailed") jailed += 1;
            if (event.kind === "FaultPunished") {
              punished += 1;
              expect(event.burned * 20n).toBeLessThanOrEqual(event.backing + 20n);
            }
          }
          expect(readSupply(network.sim.state).issuance).toBeLessThanOrEqual(before);
          expect(network.engine.powers.size).toBeGreaterThanOrEqual(setting.minConsensusKeys);
          expect(powersOf(network)).toEqual(network.engine.powers);
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(punished).toBeGreaterThan(20);
    expect(jailed).toBeGreaterThan(20);
  });
});

/** The ledger's own view of the set. */
function powersOf(network: Network): ReadonlyMap<string, bigint> {
  return new Map(
    readConsensusSet(network.sim.state)
      .filter(({ power }) => power > 0n)
      .map(({ consensusKey, power }) => [bytesToHex(consensusKey), power]),
  );
}
