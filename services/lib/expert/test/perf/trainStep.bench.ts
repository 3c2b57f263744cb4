import { openSession, type Session } from "@ganglion/inference";
import { float32Tensor, Graph, int32Tensor, matmul, type Tensor } from "@ganglion/onnx";
import { Bench } from "tinybench";
import {
  buildTrainingGraph,
  DEFAULT_PLAN,
  DEFAULT_SHAPE,
  firstMoment,
  initialParameters,
  parameterSpecs,
  secondMoment,
} from "../../src/index.ts";

/** The yardstick of this run: one product of square matrices of this size. */
const MATRIX = 1_024;
const THREADS = Number(process.env["THREADS"] ?? "1");

async function openStep(): Promise<{ readonly session: Session; readonly feeds: Record<string, Tensor> }> {
  const model = buildTrainingGraph(DEFAULT_SHAPE, DEFAULT_PLAN.batch);
  const state: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(initialParameters(DEFAULT_SHAPE, 1))) {
    state[name] = tensor;
    for (const moment of [firstMoment(name), secondMoment(name)])
      state[moment] = float32Tensor(new Float32Array(tensor.data.length), tensor.shape);
  }
  const size = [DEFAULT_PLAN.batch, DEFAULT_SHAPE.window];
  const bytes = int32Tensor(
    Int32Array.from({ length: DEFAULT_PLAN.batch * DEFAULT_SHAPE.window }, (_, i) => (i * 31) % 251),
    size,
  );
  const scalar = (value: number) => float32Tensor(Float32Array.of(value), []);
  const session = await openSession({
    model: model.bytes,
    feedback: model.feedback,
    state,
    threads: THREADS,
  });
  return { session, feeds: { ids: bytes, targets: bytes, stepSize: scalar(1e-4), shrink: scalar(0) } };
}

async function openProduct(): Promise<{ readonly session: Session; readonly feeds: Record<string, Tensor> }> {
  const graph = new Graph();
  const [a, b] = ["a", "b"].map((name) => graph.input(name, [MATRIX, MATRIX]));
  if (a === undefined || b === undefined) throw new RangeError("two inputs");
  const product = matmul(a, b);
  graph.output(
    "corner",
    graph.node({ op: "ReduceMax", inputs: [product, graph.int64s([0, 1])] }, "float32", [1, 1]),
  );
  const data = float32Tensor(new Float32Array(MATRIX * MATRIX).fill(0.5), [MATRIX, MATRIX]);
  const session = await openSession({
    model: graph.build().bytes,
    state: { a: data, b: data },
    threads: THREADS,
  });
  return { session, feeds: {} };
}

/** Multiply-adds of the matrix products of one step, forward and backward; attention and element-wise work left out. */
function stepFlops(): number {
  const tokens = DEFAULT_PLAN.batch * DEFAULT_SHAPE.window;
  const weights = parameterSpecs(DEFAULT_SHAPE)
    .filter(({ name, shape }) => shape.length === 2 && !name.startsWith("embed"))
    .reduce((sum, { shape: [rows = 0, columns = 0] }) => sum + rows * columns, 0);
  return 6 * tokens * weights;
}

const step = await openStep();
const product = await openProduct();
const bench = new Bench({ time: 3_000, warmupIterations: 3 });
bench.add("training step", async () => {
  await step.session.run(step.feeds);
});
bench.add(`product of ${MATRIX} x ${MATRIX}`, async () => {
  await product.session.run(product.feeds);
});
await bench.run();
const [stepMs = Number.NaN, productMs = Number.NaN] = bench.tasks.map(({ result }) =>
  "latency" in result ? result.latency.p50 : Number.NaN,
);
const stepRate = stepFlops() / stepMs / 1e6;
const peakRate = (2 * MATRIX ** 3) / productMs / 1e6;
for (const figure of [
  {
    name: `training step of an expert, ${THREADS} thread${THREADS > 1 ? "s" : ""}`,
    value: stepMs,
    unit: "ms",
  },
  { name: "training step", value: stepRate, unit: "Gflop/s" },
  { name: "matrix product", value: peakRate, unit: "Gflop/s" },
  { name: "training step / matrix product", value: stepRate / peakRate, unit: "x" },
])
  process.stdout.write(`${JSON.stringify(figure)}\n`);
await step.session.close();
await product.session.close();
