import { type AddressBytes, asUid, encodeWeightRows } from "@ganglion/types";
import { applyBlock, createGenesis, type LedgerState } from "../../src/index.ts";
import { draftOf } from "../../src/state/ledgerState.ts";
import { patchRow, writeStruct } from "../../src/state/rows.ts";
import { addStake, settleAddedStake } from "../../src/state/stake.ts";
import { testGenesis } from "../gen/testGenesis.ts";

const VALIDATORS = ["a", "b", "c", "d"];
const FEW = 100;
const MANY = 100_000;
const RUNS = 41;
const STAKE = 10_000_000n;

/** The state before an epoch's last block: validators that weigh each other, each with its part of the delegators. */
function buildState(delegators: number): LedgerState {
  const genesis = testGenesis({ validators: VALIDATORS });
  const state = createGenesis(genesis);
  for (let i = 0; i < delegators; i++) {
    const address = new Uint8Array(20) as AddressBytes;
    new DataView(address.buffer).setUint32(0, i);
    addStake(state, i % VALIDATORS.length, address, STAKE);
  }
  settleAddedStake(state);
  const entries = VALIDATORS.map((_, uid) => ({ uid: asUid(uid), weight: 1 + uid }));
  const rows = encodeWeightRows([{ domainId: 0, entries }]);
  VALIDATORS.forEach((_, uid) => {
    patchRow(state, "weights", uid, { revealed: true, epoch: 0, commitHeight: 5, rows });
  });
  writeStruct(state, "clock", { height: genesis.params.epochLengthBlocks - 1, timeMs: genesis.timeMs });
  state.view.hashTreeRoot();
  return state;
}

const BLOCK = {
  height: 10,
  timeMs: 1_020_000,
  hash: new Uint8Array(32),
  proposer: new Uint8Array(32),
  commitInfo: [],
  misbehaviour: [],
  transactions: [],
};

function epochMs(state: LedgerState): number {
  const startedAt = performance.now();
  const { epochRecord } = applyBlock(draftOf(state), BLOCK, { verifySignature: () => true });
  if (epochRecord?.minted === 0n) throw new RangeError("the epoch paid nothing");
  return performance.now() - startedAt;
}

/** Medians in turn, so that both see the same machine; milliseconds of an epoch's last block, root included. */
export function benchDelegators(): { readonly few: number; readonly many: number } {
  const states = [buildState(FEW), buildState(MANY)] as const;
  const times = states.map(() => [] as number[]);
  for (let run = 0; run < RUNS; run++)
    states.forEach((state, i) => {
      times[i]?.push(epochMs(state));
    });
  const [few = Number.NaN, many = Number.NaN] = times.map(
    (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)],
  );
  return { few, many };
}

if (import.meta.main) {
  const { few, many } = benchDelegators();
  for (const figure of [
    { name: `epoch with ${FEW} delegators`, value: few, unit: "ms" },
    { name: `epoch with ${MANY} delegators`, value: many, unit: "ms" },
    { name: "many to few delegators", value: many / few, unit: "x", aim: "<= 1.2" },
  ])
    process.stdout.write(`${JSON.stringify(figure)}\n`);
}
