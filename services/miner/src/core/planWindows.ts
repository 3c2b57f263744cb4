/** A stretch of one context that the model reads in one go. */
export type Window = {
  /** Index of the context. */
  readonly context: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Positions relative to `start`, ascending. */
  readonly positions: readonly number[];
};

/**
 * Where the window of a position starts: a function of the position alone, so that the representation of a
 * prefix does not change with what follows it. Within the model's length it is 0; beyond, windows move by half
 * of the length, so that at least half of it is always read.
 */
export function windowStart(position: number, maxWindow: number): number {
  if (position < maxWindow) return 0;
  const stride = Math.max(1, Math.floor(maxWindow / 2));
  return (Math.floor((position - maxWindow) / stride) + 1) * stride;
}

/**
 * Cuts contexts into windows of at most `maxWindow` bytes; positions that share a start share a window. Windows
 * follow contexts and positions, so their rows, laid end to end, are in the order that was asked.
 */
export function planWindows(
  contexts: readonly { readonly positions: readonly number[] }[],
  maxWindow: number,
): Window[] {
  return contexts.flatMap(({ positions }, context) => windowsOf(context, positions, maxWindow));
}

function windowsOf(context: number, positions: readonly number[], maxWindow: number): Window[] {
  const groups = new Map<number, number[]>();
  for (const position of positions) {
    const start = windowStart(position, maxWindow);
    const group = groups.get(start);
    if (group) group.push(position);
    else groups.set(start, [position]);
  }
  return [...groups].map(([start, group]) => ({
    context,
    start,
    end: (group.at(-1) ?? start) + 1,
    positions: group.map((position) => position - start),
  }));
}
