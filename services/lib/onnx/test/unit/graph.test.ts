import {
  adamStepSize,
  add,
  cast,
  concat,
  Graph,
  gradients,
  matmul,
  mul,
  pick,
  relu,
  reshape,
  slice,
  sum,
  tanh,
} from "@ganglion/onnx";
import { describe, expect, it } from "@jest/globals";

const refused = (code: string) => expect.objectContaining({ code });

describe("a graph", () => {
  it("infers shapes as it grows, symbolic sizes included", () => {
    const graph = new Graph();
    const x = graph.input("x", ["rows", 4]);
    const w = graph.input("w", [4, 3]);
    expect(matmul(x, w).shape).toEqual(["rows", 3]);
    expect(add(x, graph.input("b", [4])).shape).toEqual(["rows", 4]);
    expect(sum(x, [1]).shape).toEqual(["rows"]);
    expect(reshape(x, ["rows", 2, 2]).shape).toEqual(["rows", 2, 2]);
  });

  it("refuses what cannot work, before any model exists", () => {
    const graph = new Graph();
    const x = graph.input("x", [2, 3]);
    const y = graph.input("y", [2, 4]);
    const rows = graph.input("rows", ["n", 3]);
    expect(() => add(x, y)).toThrow(refused("ONNX_BAD_SHAPE"));
    expect(() => matmul(x, y)).toThrow(refused("ONNX_BAD_SHAPE"));
    expect(() => reshape(x, [4, 2])).toThrow(refused("ONNX_BAD_SHAPE"));
    expect(() => slice(x, 5, 0, 1)).toThrow(refused("ONNX_BAD_SHAPE"));
    expect(() => concat([], 0)).toThrow(refused("ONNX_BAD_SHAPE"));
    expect(() => pick(x, y)).toThrow(refused("ONNX_BAD_SHAPE"));
    expect(() => add(x, cast(x, "float64"))).toThrow(refused("ONNX_BAD_TYPE"));
    expect(() => reshape(rows, ["m", "k", 3])).toThrow(refused("ONNX_NEEDS_STATIC_SHAPE"));
    expect(() => add(x, new Graph().input("z", [3]))).toThrow(refused("ONNX_FOREIGN_VALUE"));
    expect(() => graph.input("x", [1])).toThrow(refused("ONNX_BAD_NAME"));
    expect(() => graph.input("é", [1])).toThrow(refused("ONNX_BAD_NAME"));
  });

  it("drops what no output needs", () => {
    const graph = new Graph();
    const x = graph.input("x", [2]);
    graph.output("y", mul(x, 2));
    const small = graph.build().bytes.length;
    tanh(relu(mul(x, graph.constant(new Float32Array(1_000), [1_000, 1]))));
    expect(graph.build().bytes.length).toBe(small);
  });

  it("is encoded the same for the same calls", () => {
    const build = () => {
      const graph = new Graph();
      const state = graph.input("state", [2]);
      graph.carry(state, add(state, graph.input("x", [2])));
      return graph.build();
    };
    expect(build()).toEqual(build());
    expect(build().feedback).toEqual({ "state.next": "state" });
  });
});

describe("gradients", () => {
  it("need a scalar that depends on each target", () => {
    const graph = new Graph();
    const x = graph.input("x", [2]);
    const unused = graph.input("unused", [2]);
    expect(() => gradients(mul(x, 2), [x])).toThrow(refused("ONNX_NOT_DIFFERENTIABLE"));
    expect(() => gradients(sum(x), [unused])).toThrow(refused("ONNX_NOT_DIFFERENTIABLE"));
  });

  it("have the shapes of their targets", () => {
    const graph = new Graph();
    const w = graph.input("w", [3, 1]);
    const b = graph.input("b", []);
    const loss = sum(add(mul(graph.input("x", [2, 3, 4]), w), b));
    expect(gradients(loss, [w, b]).map(({ shape }) => shape)).toEqual([[3, 1], []]);
  });
});

describe("adamStepSize", () => {
  it("corrects the moments' start from zero, and fades", () => {
    const options = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
    expect(adamStepSize(1, 1, options)).toBeCloseTo(1, 12);
    expect(adamStepSize(1, 100_000, options)).toBeCloseTo(1, 12);
  });
});
