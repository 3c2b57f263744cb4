import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToHex, errorMessage } from "@ganglion/types";
import { TARGETS, type TargetName } from "./fuzzTargets.ts";
import { fuzzInput } from "./mutate.ts";

export type FuzzRun = {
  readonly target: TargetName;
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  /** Called before each input, so that who watches sees one that never ends. */
  readonly at?: (index: number) => void;
};

export type FuzzResult = {
  readonly inputs: number;
  /** The slowest input, and how long it took. */
  readonly slowest: { readonly index: number; readonly ms: number };
};

/** @throws Error with the seed, the number and the bytes of the first input that did what none may */
export async function runFuzz({ target, seed, from, count, at }: FuzzRun): Promise<FuzzResult> {
  const folder = mkdtempSync(join(tmpdir(), "ganglion-fuzz-"));
  const { valid, take, close } = TARGETS[target](folder);
  let slowest = { index: from, ms: 0 };
  try {
    for (let index = from; index < from + count; index++) {
      at?.(index);
      const bytes = fuzzInput(valid, seed, index);
      const startedAt = performance.now();
      try {
        await take(bytes);
      } catch (cause) {
        const input = `${target}, seed ${seed}, input ${index}: ${bytesToHex(bytes)}`;
        throw new Error(`${errorMessage(cause)} (${input})`, { cause });
      }
      const ms = performance.now() - startedAt;
      if (ms > slowest.ms) slowest = { index, ms };
    }
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { inputs: count, slowest };
}
