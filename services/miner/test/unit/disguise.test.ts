import { createRandom } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { createRotation, rotateRows } from "../../src/core/rotate.ts";
import { addWhiteningRow, createWhiteningSums, fitWhitening, whitenRow } from "../../src/core/whiten.ts";

const WIDTH = 16;

function randomRows(count: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count * WIDTH }, () => random.next() * 2 - 1);
}

function dot(rows: Float32Array, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < WIDTH; k++) sum += (rows[i * WIDTH + k] ?? 0) * (rows[j * WIDTH + k] ?? 0);
  return sum;
}

describe("rotateRows", () => {
  it("keeps every length and angle and changes every row", () => {
    const rows = randomRows(4, 1);
    const rotated = rotateRows(rows, createRotation(WIDTH, 7));
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++) expect(dot(rotated, i, j)).toBeCloseTo(dot(rows, i, j), 4);
    expect(rotated).not.toEqual(rows);
  });

  it("gives the same map for the same seed and another for another", () => {
    const rows = randomRows(1, 2);
    const of = (seed: number): Float32Array => rotateRows(rows, createRotation(WIDTH, seed));
    expect(of(3)).toEqual(of(3));
    expect(of(3)).not.toEqual(of(4));
  });
});

describe("whitening", () => {
  it("makes correlated numbers uncorrelated with variance one", () => {
    const count = 2_000;
    const rows = randomRows(count, 5);
    for (let i = 0; i < count; i++) rows[i * WIDTH] = (rows[i * WIDTH + 1] ?? 0) * 3 + (rows[i * WIDTH] ?? 0);
    const sums = createWhiteningSums(WIDTH);
    for (let i = 0; i < count; i++) addWhiteningRow(sums, rows.subarray(i * WIDTH, (i + 1) * WIDTH));
    const map = fitWhitening(sums);
    for (let i = 0; i < count; i++) whitenRow(rows.subarray(i * WIDTH, (i + 1) * WIDTH), map);
    const moment = (a: number, b: number): number => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += (rows[i * WIDTH + a] ?? 0) * (rows[i * WIDTH + b] ?? 0);
      return sum / count;
    };
    expect(moment(0, 0)).toBeCloseTo(1, 2);
    expect(moment(1, 1)).toBeCloseTo(1, 2);
    expect(moment(0, 1)).toBeCloseTo(0, 2);
  });
});
