import { rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  genesisHash,
  type LedgerState,
  readHead,
  StateAssembly,
  stateRoot,
  stateRows,
} from "@ganglion/ledger";
import { equalBytes, ledgerStateType } from "@ganglion/types";
import { openDatabase } from "../../src/io/database.ts";
import { useFastHasher } from "../../src/io/fastHasher.ts";
import { SnapshotFolder } from "../../src/io/snapshots/snapshotFolder.ts";
import { takeSnapshot } from "../../src/io/snapshots/takeSnapshot.ts";
import { ChainStore } from "../../src/io/store.ts";
import { stateWithAccounts } from "../gen/manyAccounts.ts";
import { genesisWith } from "../gen/network.ts";
import { newFolder } from "../gen/runChain.ts";

/** `snapshot.bench.ts [ACCOUNTS]` */
const ACCOUNTS = Number(process.argv[2] ?? "1000000");
const TOUCHED = 1_000;
const ROUNDS = 7;
const MIB = 1024 ** 2;
const GENESIS = genesisWith();

type Figure = { readonly name: string; readonly value: number; readonly unit: string };

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/**
 * A large ledger: its memory, its root after a block, a snapshot of it and a node that begins with one, each against plainer
 * work of the same run.
 */
async function benchSnapshot(): Promise<Figure[]> {
  await useFastHasher();
  const empty = usedBytes();
  const state = stateWithAccounts(GENESIS, ACCOUNTS);
  const wholeAt = performance.now();
  stateRoot(state);
  const wholeMs = performance.now() - wholeAt;
  const full = usedBytes();
  const rootMs = median(Array.from({ length: ROUNDS }, (_, round) => timeRoot(state, round)));
  const folder = newFolder();
  const snapshots = new SnapshotFolder(join(folder, "snapshots"), 1);
  const stalls = watchStalls();
  const startedAt = performance.now();
  const offer = await takeSnapshot(state, snapshots, new AbortController().signal);
  const takenMs = performance.now() - startedAt;
  const stallMs = stalls();
  const writtenMs = await timeWriting(await readChunks(state, snapshots), folder);
  const restored = await timeRestore(state, snapshots, folder);
  rmSync(folder, { recursive: true });
  const named = `${ACCOUNTS.toLocaleString("en")} accounts`;
  const rate = (ms: number): number => restored.bytes / MIB / (ms / 1_000);
  return [
    { name: `memory of ${named}`, value: (full - empty) / MIB, unit: "MiB" },
    { name: `root after ${TOUCHED.toLocaleString("en")} touched`, value: rootMs, unit: "ms" },
    { name: "  / root of all", value: rootMs / wholeMs, unit: "x" },
    { name: `snapshot (${offer?.chunks ?? 0} chunks)`, value: restored.bytes / MIB, unit: "MiB" },
    { name: "  taken", value: rate(takenMs), unit: "MiB/s" },
    { name: "  taken / writing its bytes, synced", value: takenMs / writtenMs, unit: "x" },
    { name: "  longest time that it holds blocks up", value: stallMs, unit: "ms" },
    { name: "  put together and checked", value: rate(restored.assembledMs), unit: "MiB/s" },
    { name: "  put together / root of all", value: restored.assembledMs / wholeMs, unit: "x" },
    { name: "  and stored", value: rate(restored.storedMs), unit: "MiB/s" },
    {
      name: "  and stored / writing its bytes, synced",
      value: restored.storedMs / writtenMs,
      unit: "x",
    },
  ];
}

/** As a block of transfers would. */
function timeRoot(state: LedgerState, round: number): number {
  const view = state.view.clone(true);
  const { elementType } = ledgerStateType.fields.accounts;
  for (let i = 0; i < TOUCHED; i++) {
    const index = (i * 997 + round) % ACCOUNTS;
    const { address, balance } = view.accounts.getReadonly(index);
    view.accounts.set(index, elementType.toViewDU({ address, balance: balance + 1n, nonce: round + 1 }));
  }
  const startedAt = performance.now();
  view.hashTreeRoot();
  return performance.now() - startedAt;
}

async function timeRestore(state: LedgerState, snapshots: SnapshotFolder, folder: string) {
  const startedAt = performance.now();
  const assembly = new StateAssembly();
  const chunks = await readChunks(state, snapshots);
  for (const chunk of chunks) assembly.add(chunk);
  const again = assembly.finish();
  if (!equalBytes(stateRoot(again), stateRoot(state))) throw new Error("another root");
  const assembledMs = performance.now() - startedAt;
  const database = openDatabase(join(folder, "restored"));
  const { height } = readHead(state);
  const head = { height, timeMs: GENESIS.timeMs, hash: genesisHash(GENESIS), stateRoot: stateRoot(again) };
  new ChainStore(database).commitState({ genesisHash: head.hash, head, rows: stateRows(undefined, again) });
  const storedMs = performance.now() - startedAt;
  await database.close();
  return { bytes: chunks.reduce((sum, { length }) => sum + length, 0), assembledMs, storedMs };
}

async function readChunks(state: LedgerState, snapshots: SnapshotFolder): Promise<readonly Uint8Array[]> {
  const { height } = readHead(state);
  const count = snapshots.list()[0]?.chunks ?? 0;
  return Promise.all(Array.from({ length: count }, (_, index) => snapshots.chunk(height, index)));
}

/** Milliseconds in which the same bytes get to disk as they are: the yardstick of this run. */
async function timeWriting(chunks: readonly Uint8Array[], folder: string): Promise<number> {
  const startedAt = performance.now();
  for (const [index, chunk] of chunks.entries()) {
    const file = await open(join(folder, `plain-${index}`), "w");
    await file.writeFile(chunk);
    await file.sync();
    await file.close();
  }
  return performance.now() - startedAt;
}

/** @returns how to end it, which tells the longest turn of the event loop */
function watchStalls(): () => number {
  let longest = 0;
  let last = performance.now();
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, 1);
  return () => {
    clearInterval(timer);
    look();
    return longest;
  };
}

function usedBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function median(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (import.meta.main)
  for (const figure of await benchSnapshot()) process.stdout.write(`${JSON.stringify(figure)}\n`);
