import { asUid, encodeWeightRows } from "@ganglion/types";
import { applyBlock, createGenesis, type LedgerState, readEpochReport } from "../../src/index.ts";

import { patchRow, writeStruct } from "../../src/state/rows.ts";
import { enterSlot } from "../../src/tx/register.ts";
import { testGenesis } from "../gen/testGenesis.ts";
import { testKey } from "../gen/testKey.ts";

const NEURONS = 2_048;
const VALIDATORS = 128;
const DOMAINS = 4;
const RUNS = 7;

/** The state before an epoch's last block, in which every validator has revealed a weight for every neuron. */
function buildState(): LedgerState {
  const domains = Array.from({ length: DOMAINS }, (_, d) => ({
    name: `d${d}`,
    sharePpm: 1_000_000 / DOMAINS,
  }));
  const genesis = testGenesis({ domains, params: { maxNeurons: NEURONS } });
  const state = createGenesis(genesis);
  for (let uid = 1; uid < NEURONS; uid++) {
    const { publicKey: hotkey, address: owner } = testKey(`n${uid}`);
    enterSlot(state, undefined, { hotkey, owner, height: 0 });
  }
  const rowsOf = (v: number) =>
    domains.map((_, domainId) => ({
      domainId,
      entries: Array.from({ length: NEURONS }, (_, uid) => uid)
        .filter((uid) => uid % DOMAINS === domainId)
        .map((uid) => ({ uid: asUid(uid), weight: 1_000 + ((uid * 7 + v * 13) % 60_000) })),
    }));
  for (let v = 0; v < VALIDATORS; v++) {
    patchRow(state, "neurons", v, { bootstrap: true, permit: true, active: true });
    patchRow(state, "weights", v, {
      revealed: true,
      epoch: 0,
      commitHeight: 5,
      rows: encodeWeightRows(rowsOf(v)),
    });
  }
  const height = genesis.params.epochLengthBlocks - 1;
  writeStruct(state, "clock", { height, timeMs: genesis.timeMs + 10_000 });
  state.view.hashTreeRoot();
  return state;
}

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** Milliseconds of the block that ends an epoch, `processEpoch` and root included, and of one neuron's report. */
export function benchEpochEnd(): { name: string; ms: number }[] {
  const blockMs: number[] = [];
  const reportMs: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const state = buildState();
    const block = {
      height: 10,
      timeMs: 1_020_000,
      hash: new Uint8Array(32),
      proposer: new Uint8Array(32),
      commitInfo: [],
      misbehaviour: [],
      transactions: [],
    };
    const startedAt = performance.now();
    const { epochRecord } = applyBlock(state, block, { verifySignature: () => true });
    blockMs.push(performance.now() - startedAt);
    if (epochRecord === undefined) continue;
    const askedAt = performance.now();
    readEpochReport(epochRecord, { uid: NEURONS - 1, details: true });
    reportMs.push(performance.now() - askedAt);
  }
  const size = `${VALIDATORS} x ${NEURONS} x ${DOMAINS}`;
  return [
    { name: `block that ends an epoch of ${size}`, ms: median(blockMs) },
    { name: `report of one neuron of ${size}`, ms: median(reportMs) },
  ];
}

if (import.meta.main)
  for (const { name, ms } of benchEpochEnd())
    process.stdout.write(`${JSON.stringify({ name, value: ms, unit: "ms" })}\n`);
