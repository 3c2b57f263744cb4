import { openSession } from "@ganglion/inference";
import {
  type AdamWOptions,
  adamStepSize,
  adamW,
  float64Tensor,
  Graph,
  gradients,
  mul,
  sub,
  sum,
} from "@ganglion/onnx";
import { describe, expect, it } from "@jest/globals";

const OPTIONS: AdamWOptions = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
const RATE = 0.05;
const DECAY = 0.1;
const GOAL = [1, -2, 0.5];

/** AdamW of (x - goal)^2 as textbooks write it, with corrected moments. */
function oracle(steps: number): number[] {
  return GOAL.map((goal) => {
    let [x, m, v] = [0, 0, 0];
    for (let step = 1; step <= steps; step++) {
      const gradient = 2 * (x - goal);
      m = OPTIONS.beta1 * m + (1 - OPTIONS.beta1) * gradient;
      v = OPTIONS.beta2 * v + (1 - OPTIONS.beta2) * gradient * gradient;
      const move =
        (RATE * (m / (1 - OPTIONS.beta1 ** step))) /
        (Math.sqrt(v / (1 - OPTIONS.beta2 ** step)) + OPTIONS.epsilon);
      x = x - RATE * DECAY * x - move;
    }
    return x;
  });
}

describe("adamW", () => {
  it("takes the textbook's steps", async () => {
    const graph = new Graph({ float: "float64" });
    const [x, first, second] = ["x", "m", "v"].map((name) => graph.input(name, [3]));
    const [stepSize, shrink] = ["stepSize", "shrink"].map((name) => graph.input(name, []));
    if (!x || !first || !second || !stepSize || !shrink) throw new RangeError("inputs");
    const error = sub(x, graph.constant(GOAL, [3]));
    const [gradient] = gradients(sum(mul(error, error)), [x]);
    if (!gradient) throw new RangeError("gradient");
    const next = adamW({ parameter: x, first, second }, gradient, { stepSize, shrink }, OPTIONS);
    graph.carry(x, next.parameter);
    graph.carry(first, next.first);
    graph.carry(second, next.second);
    const model = graph.build();
    const zeros = () => float64Tensor(new Float64Array(3), [3]);
    const session = await openSession({
      model: model.bytes,
      feedback: model.feedback,
      state: { x: zeros(), m: zeros(), v: zeros() },
    });
    const scalar = (value: number) => float64Tensor(Float64Array.of(value), []);
    for (let step = 1; step <= 40; step++)
      await session.run({
        stepSize: scalar(adamStepSize(RATE, step, OPTIONS)),
        shrink: scalar(RATE * DECAY),
      });
    const { x: end } = await session.readState(["x"]);
    await session.close();
    oracle(40).forEach((expected, i) => {
      expect(Number(end?.data[i])).toBeCloseTo(expected, 5);
    });
  });
});
