import type { Random } from "@ganglion/mixture";
import { type TrainingWindow, windowPositions } from "./material.ts";
import { PARAMETERS } from "./parameters.ts";

/** What the last check of a miner said; plain data. */
export type MinerTrust = {
  readonly passed: boolean;
  readonly checkedStep: number;
  /** Of the model that was checked, hexadecimal. */
  readonly modelDigest: string;
};

/** Two texts that begin alike and go on differently, asked like any window. */
export type PrefixCheck = {
  readonly texts: readonly [Uint8Array, Uint8Array];
  readonly positions: readonly number[];
  /** How many of the positions, from the first, lie in the common part; the last of them sees a difference next. */
  readonly sharedRows: number;
};

export function needsPrefixCheck(trust: MinerTrust | undefined, step: number): boolean {
  return !trust || step - trust.checkedStep >= PARAMETERS.prefixCheckEverySteps;
}

/** Splices two windows; undefined when there are not two to splice, or they agree where they should differ. */
export function planPrefixCheck(windows: readonly TrainingWindow[], random: Random): PrefixCheck | undefined {
  const first = windows[Math.floor(random.next() * windows.length)];
  const second = windows[Math.floor(random.next() * windows.length)];
  if (!first || !second || first.text.length !== second.text.length) return undefined;
  const sharedRows = 1 + Math.floor(random.next() * (first.targets.length - 1));
  const cut = first.prefixBytes - 1 + sharedRows;
  const spliced = first.text.slice();
  spliced.set(second.text.subarray(cut), cut);
  if (spliced[cut] === first.text[cut]) return undefined;
  return { texts: [first.text, spliced], positions: windowPositions(first), sharedRows };
}

/**
 * Whether a miner's representation of a position depends on the bytes after it.
 *
 * @param a, b answers to the two texts, row-major [positions, dim]
 * @returns true when every pair of rows of the common part is equal within float16 noise
 */
export function passesPrefixCheck(
  check: PrefixCheck,
  a: Float32Array,
  b: Float32Array,
  dim: number,
): boolean {
  if (a.length !== check.positions.length * dim || b.length !== a.length) return false;
  for (let row = 0; row < check.sharedRows; row++)
    if (distance(a, b, row * dim, dim) > PARAMETERS.prefixTolerance) return false;
  return true;
}

/** Relative distance of two rows; 0 for two rows of zeros. */
function distance(a: Float32Array, b: Float32Array, start: number, dim: number): number {
  let difference = 0;
  let size = 0;
  for (let i = start; i < start + dim; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    difference += (x - y) ** 2;
    size += x ** 2 + y ** 2;
  }
  return size === 0 ? 0 : Math.sqrt((2 * difference) / size);
}
