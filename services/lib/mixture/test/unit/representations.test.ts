import { createReplayBuffer, normaliseRows } from "@ganglion/mixture";
import { describe, expect, it } from "@jest/globals";

const DIM = 4;

describe("normaliseRows", () => {
  it("gives each row mean 0 and deviation 1, so that loudness is worth nothing", () => {
    const soft = normaliseRows(Float32Array.of(1, 2, 3, 6), 1, DIM);
    const loud = normaliseRows(Float32Array.of(1001, 2001, 3001, 6001), 1, DIM);
    if (!soft.ok || !loud.ok) throw new Error("refused");
    expect(soft.rows.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 6);
    expect(soft.rows.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(DIM, 4);
    soft.rows.forEach((x, i) => {
      expect(loud.rows[i]).toBeCloseTo(x, 3);
    });
  });

  it("makes zeros of a constant row", () => {
    expect(normaliseRows(new Float32Array(DIM).fill(7), 1, DIM)).toEqual({
      ok: true,
      rows: new Float32Array(DIM),
    });
  });

  it.each([
    ["NaN", Number.NaN, "notFinite"],
    ["infinity", Number.POSITIVE_INFINITY, "notFinite"],
    ["1e30", 1e30, "tooLarge"],
  ])("refuses a row with %s and says which", (_, value, fault) => {
    const rows = Float32Array.of(1, 2, 3, 4, 5, value, 7, 8);
    expect(normaliseRows(rows, 2, DIM)).toEqual({ ok: false, fault, row: 1 });
  });

  it("refuses a wrong number of values", () => {
    expect(normaliseRows(new Float32Array(7), 2, DIM)).toMatchObject({ ok: false, fault: "wrongShape" });
  });
});

describe("createReplayBuffer", () => {
  const rows = (targets: readonly number[]) => ({
    representations: Float32Array.from(targets.flatMap((t) => [t, -t, t / 2, 1])),
    targets: Uint8Array.from(targets),
    gates: Float32Array.from(targets, (t) => t / 10),
  });

  it("gives each stored row once a pass, nearly as it came", () => {
    const buffer = createReplayBuffer({ capacityRows: 10, dim: DIM });
    buffer.push(rows([1, 2, 3, 4, 5]));
    const batches = [...buffer.batches(2, 9)];
    expect(batches.map((batch) => batch.targets.length)).toEqual([2, 2, 1]);
    const targets = batches.flatMap((batch) => [...batch.targets]);
    expect(targets.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
    for (const batch of batches)
      batch.targets.forEach((target, i) => {
        expect(batch.representations[i * DIM + 1]).toBeCloseTo(-target, 1);
        expect(batch.gates[i]).toBeCloseTo(target / 10, 6);
      });
  });

  it("drops the oldest rows when it is full", () => {
    const buffer = createReplayBuffer({ capacityRows: 3, dim: DIM });
    buffer.push(rows([1, 2, 3, 4, 5]));
    expect(buffer.rows()).toBe(3);
    const targets = [...buffer.batches(8, 1)].flatMap((batch) => [...batch.targets]);
    expect(targets.toSorted((a, b) => a - b)).toEqual([3, 4, 5]);
  });

  it("goes on with what it stored in an earlier run", () => {
    const before = createReplayBuffer({ capacityRows: 4, dim: DIM });
    const after = createReplayBuffer({ capacityRows: 4, dim: DIM });
    for (const targets of [[1, 2, 3], [], [4, 5]]) after.restore(before.push(rows(targets)));
    expect(after.rows()).toBe(4);
    expect([...after.batches(3, 7)]).toEqual([...before.batches(3, 7)]);
    expect(() => after.restore(new Uint8Array(DIM))).toThrow(
      expect.objectContaining({ code: "MIXTURE_BAD_ROWS" }),
    );
  });

  it("repeats an order for the same seed only", () => {
    const buffer = createReplayBuffer({ capacityRows: 50, dim: DIM });
    buffer.push(rows(Array.from({ length: 50 }, (_, i) => i)));
    const order = (seed: number): number[] => [...buffer.batches(50, seed)].flatMap((b) => [...b.targets]);
    expect(order(3)).toEqual(order(3));
    expect(order(3)).not.toEqual(order(4));
  });
});
