import { parentPort, workerData } from "node:worker_threads";
import { useFastHasher } from "../../src/io/fastHasher.ts";
import type { TargetName } from "./fuzzTargets.ts";
import { runFuzz } from "./runFuzz.ts";

/** What the worker is given: its part of the inputs, and where it tells how far it is. */
export type FuzzTask = {
  readonly target: TargetName;
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  readonly progress: SharedArrayBuffer;
};

// Its parent made it.
const { progress, ...run } = workerData as FuzzTask;
const done = new Int32Array(progress);
await useFastHasher();
parentPort?.postMessage(await runFuzz({ ...run, at: (index) => Atomics.store(done, 0, index + 1) }));
