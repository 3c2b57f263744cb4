import { openSession } from "@ganglion/inference";
import { float32Tensor, Graph, matmul, type Tensor } from "@ganglion/onnx";
import {
  addMiner,
  applyTraining,
  buildTrainingModel,
  createMixtureState,
  createRandom,
  DEFAULT_PARAMETERS,
  type MinerKey,
  type MixtureState,
  type TrainingRows,
  trainingFeeds,
} from "../../src/index.ts";

const MINERS = ["a", "b", "c", "d"];
const ROWS = 1_024;
const WARM_ROUNDS = 5;
const ROUNDS = 41;
/** Sides of the square product that is the yardstick: the best rate over them counts. */
const YARDSTICKS = [1_024, 2_048];

export type MixtureStepResult = {
  readonly threads: number;
  /** Median of one step: four heads, 1,024 rows each, AdamW and averaged weights. */
  readonly stepMs: number;
  readonly stepGflops: number;
  readonly peakGflops: number;
  /** Step / peak. */
  readonly ratio: number;
};

/** The training step of four heads against the matrix-multiply peak of the same machine, in one run. */
export async function benchMixtureStep(threads = 2): Promise<MixtureStepResult> {
  const { dim, vocabulary } = DEFAULT_PARAMETERS;
  const state = createMixtureState({ domains: ["d"] });
  for (const key of MINERS) addMiner(state, key);
  const rows = new Map(MINERS.map((key, seed) => [key, drawRows(seed)]));
  const session = await openSession({ model: buildTrainingModel(DEFAULT_PARAMETERS).bytes, threads });
  const products = await Promise.all(YARDSTICKS.map((side) => openProduct(side, threads)));
  const runs = [
    () => step(state, rows, (feeds) => session.run(feeds, { transfer: true })),
    ...products.map(({ run }) => run),
  ];
  const [stepMs = Number.NaN, ...productMs] = await medians(runs);
  await Promise.all([session.close(), ...products.map(({ close }) => close())]);
  // Forward and the weights' gradient: 2 products of 2 x rows x dim x vocabulary operations a head.
  const stepGflops = (4 * MINERS.length * ROWS * dim * vocabulary) / stepMs / 1e6;
  const peakGflops = Math.max(...YARDSTICKS.map((side, i) => (2 * side ** 3) / (productMs[i] ?? 1) / 1e6));
  return { threads, stepMs, stepGflops, peakGflops, ratio: stepGflops / peakGflops };
}

/** Median milliseconds of each, taken in turns, so that what else the machine does meets all of them alike. */
async function medians(runs: readonly (() => Promise<void>)[]): Promise<readonly number[]> {
  const times = runs.map((): number[] => []);
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round++)
    for (const [index, run] of runs.entries()) {
      const start = performance.now();
      await run();
      if (round >= WARM_ROUNDS) times[index]?.push(performance.now() - start);
    }
  return times.map((own) => own.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN);
}

/** A fresh batch a head, as in a market: the buffers are handed to the worker and do not come back. */
async function step(
  state: MixtureState,
  rows: ReadonlyMap<MinerKey, TrainingRows>,
  run: (feeds: Readonly<Record<string, Tensor>>) => Promise<Readonly<Record<string, Tensor>>>,
): Promise<void> {
  await Promise.all(
    [...rows].map(async ([key, own]) => {
      const representations = own.representations.slice();
      const outputs = await run(trainingFeeds(state, key, { ...own, representations }));
      applyTraining(state, key, outputs);
    }),
  );
}

async function openProduct(
  side: number,
  threads: number,
): Promise<{
  readonly side: number;
  readonly run: () => Promise<void>;
  readonly close: () => Promise<void>;
}> {
  const graph = new Graph();
  const product = matmul(graph.input("a", [side, side]), graph.input("b", [side, side]));
  graph.output(
    "largest",
    graph.node({ op: "ReduceMax", inputs: [product], attributes: { keepdims: 0 } }, "float32", []),
  );
  const data = float32Tensor(new Float32Array(side * side).fill(0.5), [side, side]);
  const session = await openSession({ model: graph.build().bytes, state: { a: data, b: data }, threads });
  return {
    side,
    run: async () => {
      await session.run({});
    },
    close: () => session.close(),
  };
}

function drawRows(seed: number): TrainingRows {
  const random = createRandom(seed);
  return {
    representations: Float32Array.from({ length: ROWS * DEFAULT_PARAMETERS.dim }, () => random.next() - 0.5),
    targets: Uint8Array.from({ length: ROWS }, () => Math.floor(random.next() * 256)),
    gates: Float32Array.from({ length: ROWS }, () => random.next()),
  };
}

if (import.meta.main) {
  const { threads, stepMs, stepGflops, peakGflops, ratio } = await benchMixtureStep();
  for (const figure of [
    { name: `mixture step, 4 heads of ${ROWS} rows, ${threads} threads`, value: stepMs, unit: "ms" },
    { name: "mixture step", value: stepGflops, unit: "Gflop/s" },
    { name: "matrix product", value: peakGflops, unit: "Gflop/s" },
    { name: "mixture step / matrix product", value: ratio, unit: "x", aim: ">= 0.75" },
  ])
    process.stdout.write(`${JSON.stringify(figure)}\n`);
}
