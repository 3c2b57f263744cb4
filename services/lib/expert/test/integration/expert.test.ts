import {
  buildEvaluationGraph,
  buildForwardModel,
  buildHeadModel,
  buildTrainingGraph,
  DEFAULT_PLAN,
  firstMoment,
  initialParameters,
  type Parameters,
  secondMoment,
  stepRates,
} from "@ganglion/expert";
import { openSession, type Session } from "@ganglion/inference";
import { float32Tensor, int32Tensor, type Tensor } from "@ganglion/onnx";
import { NETWORK_DIM } from "@ganglion/params";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const SHAPE = { width: 16, blocks: 2, heads: 2, window: 12, shifts: 3 };
const BATCH = 3;
const scalar = (value: number): Tensor => float32Tensor(Float32Array.of(value), []);
const bytes = (length: number, seed: number): number[] =>
  Array.from({ length }, (_, i) => (i * 37 + seed * 101 + ((i * i) % 11)) % 256);

function floats(tensor: Tensor | undefined): Float32Array {
  return tensor?.data instanceof Float32Array ? tensor.data : new Float32Array();
}

function batchOf(rows: readonly (readonly number[])[]): Tensor {
  return int32Tensor(Int32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]);
}

function positionsOf(rows: readonly (readonly number[])[]): Tensor {
  const data = BigInt64Array.from(rows.flat().map(BigInt));
  return { type: "int64", shape: [rows.length, rows[0]?.length ?? 0], data };
}

function startOf(parameters: Parameters): Record<string, Tensor> {
  const state: Record<string, Tensor> = { ...parameters };
  for (const [name, { data, shape }] of Object.entries(parameters))
    for (const moment of [firstMoment(name), secondMoment(name)])
      state[moment] = float32Tensor(new Float32Array(data.length), shape);
  return state;
}

describe("an expert", () => {
  const windows = [1, 2, 3].map((seed) => bytes(SHAPE.window + 1, seed));
  const ids = batchOf(windows.map((window) => window.slice(0, -1)));
  const targets = batchOf(windows.map((window) => window.slice(1)));
  let training: Session;
  let forward: Session;
  let losses: Tensor | undefined;

  beforeAll(async () => {
    const model = buildTrainingGraph(SHAPE, BATCH);
    training = await openSession({
      model: model.bytes,
      companions: { evaluation: buildEvaluationGraph(SHAPE, BATCH).bytes },
      feedback: model.feedback,
      state: startOf(initialParameters(SHAPE, 7)),
    });
    for (let step = 1; step <= 30; step++) {
      const { stepSize, shrink } = stepRates({ ...DEFAULT_PLAN, steps: 30, warmupSteps: 5 }, step);
      await training.run({ ids, targets, stepSize: scalar(stepSize), shrink: scalar(shrink) });
    }
    losses = (await training.run({ ids, targets }, { graph: "evaluation" }))["losses"];
    const parameters = await training.readState(Object.keys(initialParameters(SHAPE, 7)));
    forward = await openSession({
      model: buildForwardModel(SHAPE, parameters),
      companions: { head: buildHeadModel(parameters) },
    });
  });

  afterAll(async () => {
    await training.close();
    await forward.close();
  });

  async function represent(rows: readonly (readonly number[])[], positions: readonly (readonly number[])[]) {
    const { representations } = await forward.run({ ids: batchOf(rows), positions: positionsOf(positions) });
    return representations;
  }

  it("learns a repeated batch", () => {
    const mean = floats(losses).reduce((sum, loss) => sum + loss, 0) / (BATCH * SHAPE.window);
    expect(mean).toBeLessThan(Math.log(256) / 4);
  });

  it("serves what it was trained to: forward and head give the losses of the training graph", async () => {
    const everywhere = Array.from({ length: SHAPE.window }, (_, place) => place);
    const representations = await represent(
      windows.map((window) => window.slice(0, -1)),
      windows.map(() => everywhere),
    );
    const rows = BATCH * SHAPE.window;
    expect(representations?.shape).toEqual([BATCH, SHAPE.window, NETWORK_DIM]);
    const flat = float32Tensor(floats(representations), [rows, NETWORK_DIM]);
    const { logits } = await forward.run({ representations: flat }, { graph: "head" });
    const served = windows.flatMap((window, row) =>
      everywhere.map((place) => {
        const start = (row * SHAPE.window + place) * 256;
        const line = Array.from(floats(logits).subarray(start, start + 256));
        const total = line.reduce((sum, logit) => sum + Math.exp(logit), 0);
        return Math.log(total) - (line[window[place + 1] ?? 0] ?? 0);
      }),
    );
    const worst = Math.max(...served.map((loss, i) => Math.abs(loss - Number(losses?.data[i]))));
    expect(worst).toBeLessThan(1e-3);
  });

  it("gives a position the same representation whatever follows it, and however short the batch is", async () => {
    const [context = []] = windows;
    const alone = await represent([context.slice(0, 5)], [[4]]);
    const padded = await represent([[...context.slice(0, 5), 0, 0, 0], bytes(8, 9)], [[4], [7]]);
    const longer = await represent([[...context.slice(0, 5), 200, 201]], [[0, 2, 4]]);
    const expected = Array.from(floats(alone));
    const distance = (other: Float32Array) =>
      Math.max(...expected.map((x, i) => Math.abs(x - (other[i] ?? 0))));
    expect(distance(floats(padded).subarray(0, NETWORK_DIM))).toBeLessThan(1e-4);
    expect(distance(floats(longer).subarray(2 * NETWORK_DIM))).toBeLessThan(1e-4);
  });
});
