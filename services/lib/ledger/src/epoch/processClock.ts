import { readStruct, writeStruct } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";

/** Rule EMIT-2: blocks of the epoch that count: no more than its time holds; the remainder is carried. */
export function processClock({ state, params, timeMs }: Execution): number {
  const { epochTimeMs, carryMs } = readStruct(state, "clock");
  const elapsedMs = timeMs - epochTimeMs + carryMs;
  const byTime = Math.floor(elapsedMs / params.blockTargetMs);
  writeStruct(state, "clock", {
    epochTimeMs: timeMs,
    carryMs: elapsedMs - byTime * params.blockTargetMs,
  });
  return Math.min(params.epochLengthBlocks, byTime);
}
