import type { Database, WriteBatch } from "../../src/io/database.ts";
import { readNumberKey } from "../../src/io/keys.ts";

const HEAD_KEY = 2;
const FIRST_KEY = 200;
const ROWS = 1_000;
const ROW_BYTES = 4_096;
const NUMBER_BYTES = 8;

/** Writes four megabytes that hold the height of the head beside it, in the same transaction. */
export function withBallast(batch: WriteBatch): WriteBatch {
  return {
    ...batch,
    put: (table, key, value) => {
      batch.put(table, key, value);
      if (table !== "meta" || key[0] !== HEAD_KEY) return;
      const row = new Uint8Array(ROW_BYTES);
      row.set(value);
      for (let i = 0; i < ROWS; i++) batch.put("meta", Uint8Array.of(FIRST_KEY, i >> 8, i & 255), row);
    },
  };
}

/** The heights that the ballast of a store holds: one, where every transaction was done whole. */
export function ballastHeights(database: Database): readonly number[] {
  const rows = database.range("meta", { from: Uint8Array.of(FIRST_KEY) });
  return [...new Set(rows.map(({ value }) => readNumberKey(value.subarray(0, NUMBER_BYTES))))];
}
