import { describe, expect, it } from "@jest/globals";
import { type Desired, type Observed, planIdentity, type SlotView } from "../../src/core/planIdentity.ts";

const digest = Uint8Array.of(1, 2, 3);
const desired: Desired = {
  mode: "work",
  maxPriceSpikes: 100n,
  maxPerDay: 3,
  afterEpochs: 0,
  host: "127.0.0.1",
  port: 4_000,
};
const fresh: Observed = {
  nowMs: 1_000_000,
  chain: { height: 50, epoch: 2 },
  slot: undefined,
  model: { digest, readySinceEpoch: 2 },
  burnPriceSpikes: 50n,
  payerBalanceSpikes: 1_000n,
  registrationsToday: 0,
  servedAtMs: undefined,
  actedAtHeight: 0,
  retryAtMs: 0,
};
const slot: SlotView = { uid: 7, isMiner: true, host: "127.0.0.1", port: 4_000, modelDigest: digest };

type Row = readonly [
  name: string,
  desired: Partial<Desired>,
  observed: Partial<Observed>,
  state: string,
  action: string,
];

const rows: readonly Row[] = [
  ["waits for a first view of the ledger", {}, { chain: undefined }, "waitingForChain", "none"],
  ["waits for a model before it takes a slot", {}, { model: undefined }, "waitingForModel", "none"],
  ["registers by work once it has both", {}, {}, "registering", "registerByWork"],
  [
    "waits for its later epoch",
    { afterEpochs: 1 },
    { chain: { height: 79, epoch: 3 } },
    "registering",
    "none",
  ],
  [
    "registers after a whole epoch",
    { afterEpochs: 1 },
    { chain: { height: 81, epoch: 4 } },
    "registering",
    "registerByWork",
  ],
  ["leaves registration to others if told so", { mode: "none" }, {}, "refused", "none"],
  ["stops burning at the day's limit", { mode: "burn" }, { registrationsToday: 3 }, "refused", "none"],
  ["waits until the ledger shows what it did", {}, { actedAtHeight: 51 }, "registering", "none"],
  ["rests after a failure", {}, { retryAtMs: 1_000_001 }, "registering", "none"],
  ["burns within its limit", { mode: "burn" }, {}, "registering", "registerByBurn"],
  ["never burns above its limit", { mode: "burn" }, { burnPriceSpikes: 101n }, "refused", "none"],
  [
    "does not burn without a known price",
    { mode: "burn" },
    { burnPriceSpikes: undefined },
    "registering",
    "none",
  ],
  ["does not burn what it does not have", { mode: "burn" }, { payerBalanceSpikes: 49n }, "refused", "none"],
  ["does nothing in an unchanged world", {}, { slot }, "serving", "none"],
  ["tells its address once registered", {}, { slot: { ...slot, host: "", port: 0 } }, "registering", "serve"],
  [
    "tells a changed port",
    {},
    { slot: { ...slot, port: 4_001 }, servedAtMs: 999_999 },
    "registering",
    "serve",
  ],
  ["tells that it is a miner", {}, { slot: { ...slot, isMiner: false } }, "registering", "serve"],
  ["tells a newer model", {}, { slot: { ...slot, modelDigest: Uint8Array.of(9) } }, "serving", "serve"],
  [
    "does not tell every small improvement at once",
    {},
    { slot: { ...slot, modelDigest: Uint8Array.of(9) }, servedAtMs: 999_999 },
    "serving",
    "none",
  ],
  ["registers again when the slot is lost", {}, { servedAtMs: 999_999 }, "registering", "registerByWork"],
];

describe("planIdentity", () => {
  it.each(rows)("%s", (_name, changeDesired, changeObserved, state, action) => {
    const plan = planIdentity({ ...desired, ...changeDesired }, { ...fresh, ...changeObserved });
    expect([plan.state, plan.action.kind]).toEqual([state, action]);
  });

  it("says when to look again after a failure", () => {
    expect(planIdentity(desired, { ...fresh, retryAtMs: 1_000_500 }).requeueAfterMs).toBe(500);
  });
});
