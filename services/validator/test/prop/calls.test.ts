import { MAX_CONTEXTS_PER_CALL, MAX_POSITIONS_PER_CONTEXT, MAX_ROWS_PER_CALL } from "@ganglion/params";
import { rowsOfContexts } from "@ganglion/wire";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { splitCall } from "../../src/core/calls.ts";

const SEED = 20_261_130;
const contextsOf = fc
  .array(fc.integer({ min: 0, max: MAX_POSITIONS_PER_CONTEXT }), { maxLength: 600 })
  .map((counts) =>
    counts.map((count) => ({
      text: new Uint8Array(MAX_POSITIONS_PER_CONTEXT),
      positions: Array.from({ length: count }, (_, i) => i),
    })),
  );
const sizeOf = (call: Parameters<typeof rowsOfContexts>[0]) => [call.length, rowsOfContexts(call)] as const;

describe(`splitCall (seed ${SEED})`, () => {
  it("keeps all contexts in order, within a call's limits, and splits no sooner than it must", () => {
    fc.assert(
      fc.property(contextsOf, (contexts) => {
        const calls = splitCall(contexts);
        expect(calls.flat()).toEqual(contexts);
        calls.forEach((call, i) => {
          const [count, rows] = sizeOf(call);
          expect(count).toBeGreaterThan(0);
          expect(count).toBeLessThanOrEqual(MAX_CONTEXTS_PER_CALL);
          expect(rows).toBeLessThanOrEqual(MAX_ROWS_PER_CALL);
          const next = calls[i + 1]?.[0];
          if (!next) return;
          const [more, moreRows] = sizeOf([...call, next]);
          expect(more > MAX_CONTEXTS_PER_CALL || moreRows > MAX_ROWS_PER_CALL).toBe(true);
        });
      }),
      { seed: SEED },
    );
  });
});
