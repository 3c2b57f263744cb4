import { asUid, encodeWeightRows } from "@ganglion/types";
import { applyBlock, createGenesis, type LedgerState, readEpochReport } from "../../src/index.ts";
import { patchRow, writeStruct } from "../../src/state/rows.ts";
import { enterSlot } from "../../src/tx/register.ts";
import { createYardstick } from "../gen/createYardstick.ts";
import { testGenesis } from "../gen/testGenesis.ts";
import { testKey } from "../gen/testKey.ts";

const NEURONS = 2_048;
const VALIDATORS = 128;
const DOMAINS = 4;
const RUNS = 7;
/** The first ones are slow. */
const READINGS = 51;

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
  return state;
}

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** Milliseconds of one reading of as many binary64 as there are weights. */
function readingMs(): number {
  const read = createYardstick(VALIDATORS * NEURONS);
  const times = Array.from({ length: READINGS }, () => {
    const startedAt = performance.now();
    read();
    return performance.now() - startedAt;
  });
  return median(times);
}

/** The block that ends an epoch, root included, and one neuron's report, each against plainer work of the same run. */
export function benchEpochEnd(): { name: string; value: number; unit: string }[] {
  const readMs: number[] = [];
  const rootMs: number[] = [];
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
    readMs.push(readingMs());
    const rootedAt = performance.now();
    state.view.hashTreeRoot();
    rootMs.push(performance.now() - rootedAt);
    const startedAt = performance.now();
    const { epochRecord } = applyBlock(state, block, { verifySignature: () => true });
    blockMs.push(performance.now() - startedAt);
    if (epochRecord === undefined) continue;
    const askedAt = performance.now();
    readEpochReport(epochRecord, { uid: NEURONS - 1, details: true });
    reportMs.push(performance.now() - askedAt);
  }
  const size = `${VALIDATORS} x ${NEURONS} x ${DOMAINS}`;
  const [end, report] = [median(blockMs), median(reportMs)];
  return [
    { name: `block that ends an epoch of ${size}`, value: end, unit: "ms" },
    { name: "  / root of all", value: end / median(rootMs), unit: "x" },
    { name: `report of one neuron of ${size}`, value: report, unit: "ms" },
    { name: "  / reading its weights once", value: report / median(readMs), unit: "x" },
  ];
}

if (import.meta.main)
  for (const figure of benchEpochEnd()) process.stdout.write(`${JSON.stringify(figure)}\n`);
