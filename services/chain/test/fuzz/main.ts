// `make fuzz [ARGS="--inputs N --seed N --from N"]`: bytes at random and valid ones with changes, half as transactions,
// half as ABCI frames. Fails with seed, number and bytes of the first input that crashes, hangs or changes the state;
// `--from NUMBER --inputs 2` with that seed gives it again.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { errorMessage } from "@ganglion/types";
import type { FuzzTask } from "./fuzzChild.ts";
import type { TargetName } from "./fuzzTargets.ts";
import type { FuzzResult } from "./runFuzz.ts";

const INPUTS = 5_000_000;
/** Of one input; on a busy machine a block takes a fraction of a second. */
const HANGS_MS = 60_000;
const LOOK_MS = 5_000;
const TOLD_EVERY = 6;
const LARGEST_SEED = 2 ** 31;
const USAGE_EXIT = 64;

const { values } = parseArgs({
  options: { inputs: { type: "string" }, seed: { type: "string" }, from: { type: "string" } },
});
const inputs = Number(values.inputs ?? INPUTS);
const seed = Number(values.seed ?? randomInt(LARGEST_SEED));
const from = Number(values.from ?? 0);
if (![inputs, seed, from].every((value) => Number.isSafeInteger(value) && value >= 0)) {
  process.stderr.write("--inputs, --seed and --from are whole numbers\n");
  process.exit(USAGE_EXIT);
}
process.stdout.write(`seed ${seed}\n`);
const targets: readonly TargetName[] = ["transactions", "frames"];
const outcomes = await Promise.allSettled(targets.map(runTarget));
for (const outcome of outcomes)
  if (outcome.status === "rejected") process.stdout.write(`FAILED ${errorMessage(outcome.reason)}\n`);
process.exit(outcomes.some(({ status }) => status === "rejected") ? 1 : 0);

async function runTarget(target: TargetName): Promise<void> {
  const progress = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const task: FuzzTask = { target, seed, from, count: Math.ceil(inputs / targets.length), progress };
  const startedAt = performance.now();
  const worker = new Worker(new URL("./fuzzChild.ts", import.meta.url), { workerData: task });
  const { promise, resolve, reject } = Promise.withResolvers<FuzzResult>();
  worker.once("message", resolve);
  worker.once("error", reject);
  const watch = watchProgress(target, progress, reject);
  try {
    const { inputs: taken, slowest } = await promise;
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
    const longest = `slowest ${slowest.ms.toFixed(0)} ms (input ${slowest.index})`;
    process.stdout.write(
      `${target}: ${taken} inputs in ${seconds} s, no crash, no hang, no change; ${longest}\n`,
    );
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}

function watchProgress(
  target: TargetName,
  progress: SharedArrayBuffer,
  onHang: (error: Error) => void,
): NodeJS.Timeout {
  const done = new Int32Array(progress);
  let last = -1;
  let sinceMs = performance.now();
  let looks = 0;
  return setInterval(() => {
    const index = Atomics.load(done, 0);
    const nowMs = performance.now();
    if (index !== last) sinceMs = nowMs;
    last = index;
    // Before the first input its programs are loaded.
    if (index > 0 && nowMs - sinceMs > HANGS_MS)
      onHang(new Error(`${target}, seed ${seed}: input ${index - 1} does not end`));
    if (++looks % TOLD_EVERY === 0) process.stderr.write(`${target}: ${index}\n`);
  }, LOOK_MS);
}
