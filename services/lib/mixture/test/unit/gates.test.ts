import { applyScores, computeGates, contextFeatures, createRandom, scoreRows } from "@ganglion/mixture";
import { describe, expect, it } from "@jest/globals";
import { solveRidge } from "../../src/gates/solveRidge.ts";
import { buildInput, buildState } from "./buildState.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe("contextFeatures", () => {
  it("sets the bucket of each pair of bytes once, scaled to length 1", () => {
    const { buckets, value } = contextFeatures(bytes("abab"));
    const bucket = (a: number, b: number): number => (31 * a + 7919 * b + ((a * b) % 1031)) % 512;
    expect([...buckets]).toEqual([bucket(97, 98), bucket(98, 97)].sort((a, b) => a - b));
    expect(value).toBeCloseTo(1 / Math.sqrt(2), 12);
  });

  it("sets none for a text of one byte", () => {
    expect(contextFeatures(bytes("a"))).toEqual({ buckets: new Uint16Array(0), value: 0 });
  });
});

describe("solveRidge", () => {
  it.each([1, 2, 4, 5, 9, 23])("solves a system of size %i", (n) => {
    const random = createRandom(n);
    const vectors = Array.from({ length: 3 }, () =>
      Float64Array.from({ length: n }, () => random.next() - 0.5),
    );
    const at = (i: number, j: number): number =>
      vectors.reduce((sum, v) => sum + (v[i] ?? 0) * (v[j] ?? 0), 0);
    const lower = Float64Array.from(
      Array.from({ length: n }, (_, i) => Array.from({ length: i + 1 }, (__, j) => at(i, j))).flat(),
    );
    const ridge = Float64Array.from({ length: n }, (_, i) => 0.1 + i / n);
    const b = Float64Array.from({ length: n }, () => random.next());
    const x = solveRidge(lower, ridge, b);
    for (let i = 0; i < n; i++) {
      let sum = (ridge[i] ?? 0) * (x[i] ?? 0);
      for (let j = 0; j < n; j++) sum += at(i, j) * (x[j] ?? 0);
      expect(sum).toBeCloseTo(b[i] ?? Number.NaN, 10);
    }
  });
});

describe("computeGates", () => {
  it("treats miners that nothing is known of as the null player", () => {
    expect([...computeGates(buildState(["a", "b"]), contextFeatures(bytes("xyz")), ["a", "b"])]).toEqual([
      1 / 3,
      1 / 3,
      1 / 3,
    ]);
  });

  it("learns from scored rows who is right where", () => {
    const state = buildState(["writer", "coder"]);
    for (let step = 0; step < 30; step++) {
      for (const input of [
        buildInput("prose", 8, { writer: 0.9, coder: 0.05 }),
        buildInput("code", 8, { writer: 0.05, coder: 0.9 }),
      ])
        applyScores(state, input, scoreRows(state, input));
    }
    const prose = computeGates(state, contextFeatures(bytes("prose")), ["writer", "coder"]);
    const code = computeGates(state, contextFeatures(bytes("code")), ["writer", "coder"]);
    expect(prose[0]).toBeGreaterThan(0.9);
    expect(code[1]).toBeGreaterThan(0.9);
  });

  it("sums to one whatever the losses", () => {
    const state = buildState(["good", "absurd"]);
    const input = buildInput("prose", 40, { good: 1, absurd: 0 });
    applyScores(state, input, scoreRows(state, input));
    const gates = computeGates(state, contextFeatures(bytes("prose")), ["good", "absurd"]);
    expect(gates.reduce((sum, gate) => sum + gate, 0)).toBeCloseTo(1, 12);
    expect(gates[1]).toBeLessThan(1e-3);
  });
});
