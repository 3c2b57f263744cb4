import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  numberKey,
  positionKey,
  readNumberKey,
  readPositionKey,
  readStateKey,
  stateKey,
} from "../../src/io/keys.ts";

const SEED = { seed: 20_261_122 };
const height = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const index = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe("table keys", () => {
  it("read back as what they were made of", () => {
    fc.assert(
      fc.property(height, index, (at, i) => {
        expect(readNumberKey(numberKey(at))).toBe(at);
        expect(readPositionKey(positionKey({ height: at, index: i }))).toEqual({ height: at, index: i });
        expect(readStateKey(stateKey({ field: "accounts", index: at }))).toEqual({
          field: "accounts",
          index: at,
        });
      }),
      SEED,
    );
  });

  it("order as the numbers do", () => {
    fc.assert(
      fc.property(height, height, (a, b) => {
        expect(Math.sign(Buffer.compare(numberKey(a), numberKey(b)))).toBe(Math.sign(a - b));
      }),
      SEED,
    );
  });
});
