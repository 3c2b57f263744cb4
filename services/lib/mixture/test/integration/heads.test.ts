import {
  addMiner,
  createMixtureState,
  createRandom,
  DEFAULT_PARAMETERS,
  type MixtureParameters,
  type MixtureState,
  markModelChanged,
  type TrainingRows,
} from "@ganglion/mixture";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type HeadRunner, openHeadRunner } from "./headRunner.ts";

const DIM = 5;
const VOCABULARY = 3;
const PARAMETERS: MixtureParameters = {
  ...DEFAULT_PARAMETERS,
  dim: DIM,
  vocabulary: VOCABULARY,
  heads: { ...DEFAULT_PARAMETERS.heads, learningRate: 0.1 },
};

function buildMarket(): MixtureState {
  const state = createMixtureState({ domains: ["d"], parameters: PARAMETERS });
  addMiner(state, "m");
  return state;
}

function drawRows(count: number, seed: number): TrainingRows {
  const random = createRandom(seed);
  const targets = Uint8Array.from({ length: count }, () => Math.floor(random.next() * VOCABULARY));
  return {
    targets,
    gates: Float32Array.from({ length: count }, () => random.next()),
    representations: Float32Array.from(
      { length: count * DIM },
      (_, i) => random.next() - 0.5 + (targets[Math.floor(i / DIM)] === i % DIM ? 1 : 0),
    ),
  };
}

/** The same step in plain loops: loss, and the new weights and biases after one AdamW step from `start`. */
function oracle(
  rows: TrainingRows,
  start: Float32Array,
  moments: { m: Float64Array; v: Float64Array },
  n: number,
) {
  const { learningRate, decay, beta1, beta2, epsilon, weightFloor } = PARAMETERS.heads;
  const total = rows.gates.reduce((sum, gate) => sum + weightFloor + gate, 0);
  const gradient = new Float64Array(start.length);
  let loss = 0;
  rows.targets.forEach((target, row) => {
    const h = rows.representations.subarray(row * DIM, (row + 1) * DIM);
    const weight = (weightFloor + (rows.gates[row] ?? 0)) / total;
    const logits = Array.from({ length: VOCABULARY }, (_, c) =>
      h.reduce((sum, x, i) => sum + x * (start[i * VOCABULARY + c] ?? 0), 0),
    );
    const sum = logits.reduce((all, logit) => all + Math.exp(logit), 0);
    loss -= weight * ((logits[target] ?? 0) - Math.log(sum));
    logits.forEach((logit, c) => {
      const error = weight * (Math.exp(logit) / sum - (c === target ? 1 : 0));
      h.forEach((x, i) => {
        gradient[i * VOCABULARY + c] = (gradient[i * VOCABULARY + c] ?? 0) + x * error;
      });
    });
  });
  const next = start.map((w, i) => {
    const g = gradient[i] ?? 0;
    const m = beta1 * (moments.m[i] ?? 0) + (1 - beta1) * g;
    const v = beta2 * (moments.v[i] ?? 0) + (1 - beta2) * g * g;
    moments.m[i] = m;
    moments.v[i] = v;
    const size = (learningRate * Math.sqrt(1 - beta2 ** n)) / (1 - beta1 ** n);
    return w * (1 - learningRate * decay) - (size * m) / (Math.sqrt(v) + epsilon);
  });
  return { loss, next };
}

describe("a head", () => {
  let runner: HeadRunner;
  beforeAll(async () => {
    runner = await openHeadRunner(PARAMETERS);
  });
  afterAll(() => runner.close());

  it("takes the steps that plain loops take", async () => {
    const state = buildMarket();
    const head = state.miners.get("m")?.head;
    const moments = { m: new Float64Array(DIM * VOCABULARY), v: new Float64Array(DIM * VOCABULARY) };
    // Each row comes with all targets of a class alike, so that the bias learns little and the loops may leave it out.
    let weights = new Float32Array(DIM * VOCABULARY);
    const rows = drawRows(40, 3);
    const expected = oracle(rows, weights, moments, 1);
    const { loss, applied } = await runner.train(state, "m", rows);
    expect(applied).toBe(true);
    expect(loss).toBeCloseTo(expected.loss, 5);
    weights = expected.next;
    weights.forEach((w, i) => {
      expect(head?.tensors["weights"]?.[i]).toBeCloseTo(w, 4);
    });
  });

  it("learns its rows and is asked by averaged weights", async () => {
    const state = buildMarket();
    const rows = drawRows(200, 5);
    const first = await runner.train(state, "m", rows);
    let last = first;
    for (let i = 0; i < 60; i++) last = await runner.train(state, "m", rows);
    expect(first.loss).toBeCloseTo(Math.log(VOCABULARY), 5);
    expect(last.loss).toBeLessThan(0.7);
    const predicted = await runner.predict(state, "m", rows.representations);
    const right = rows.targets.reduce(
      (count, target, row) =>
        count +
        (Math.max(...predicted.subarray(row * VOCABULARY, (row + 1) * VOCABULARY)) ===
        predicted[row * VOCABULARY + target]
          ? 1
          : 0),
      0,
    );
    expect(right / rows.targets.length).toBeGreaterThan(0.75);
    const head = state.miners.get("m")?.head;
    expect(head?.tensors["weightsAverage"]).not.toEqual(head?.tensors["weights"]);
  });

  it("begins its average anew when the model changed", async () => {
    const state = buildMarket();
    for (let i = 0; i < 5; i++) await runner.train(state, "m", drawRows(50, i));
    markModelChanged(state, "m");
    await runner.train(state, "m", drawRows(50, 9));
    const head = state.miners.get("m")?.head;
    expect(head?.tensors["weightsAverage"]).toEqual(head?.tensors["weights"]);
    expect(head?.updates).toBe(6);
  });

  it("keeps its weights when a step's loss is not finite", async () => {
    const state = buildMarket();
    const rows = drawRows(10, 1);
    rows.representations[7] = Number.NaN;
    const { applied } = await runner.train(state, "m", rows);
    expect(applied).toBe(false);
    expect(state.miners.get("m")?.head.tensors["weights"]?.every((w) => w === 0)).toBe(true);
  });

  it("refuses a step without rows", async () => {
    const none = {
      representations: new Float32Array(0),
      targets: new Uint8Array(0),
      gates: new Float32Array(0),
    };
    await expect(runner.train(buildMarket(), "m", none)).rejects.toMatchObject({ code: "MIXTURE_BAD_ROWS" });
  });
});
