/** A key's power now, what it should be, and whether it leaves for not signing. */
export type PowerStep = { readonly present: bigint; readonly target: bigint; readonly jailed: boolean };

/** A part of all power. */
type Part = { readonly of: bigint; readonly all: bigint };

/** Rule POWER-5: no group of keys gains or loses a greater share of power in one epoch. */
const MOST_CHANGE: Part = { of: 1n, all: 3n };
/** Rule POWER-7: nor do jailed keys lose a greater one. */
const MOST_JAILED: Part = { of: 1n, all: 6n };
/** How far a step goes whose end is further: so far below the most that rounding does not exceed it. */
const STEP_PPM = 990_000n;
const PPM = 1_000_000n;

/**
 * Rules POWER-5 and POWER-7: the powers after one epoch: the targets if the way is short enough, else a point on the
 * straight way there in shares of power. Which way is left shrinks by a third of all power an epoch, so the set
 * converges.
 *
 * @param keys with present power and target each above 0 in sum
 */
export function stepPowers(keys: readonly PowerStep[]): bigint[] {
  const present = sumOf(keys.map((key) => key.present));
  const target = sumOf(keys.map((key) => key.target));
  const distance = sumOf(keys.map((key) => absolute(key.present * target - key.target * present)));
  const jailed = sumOf(keys.map((key) => (key.jailed ? key.present : 0n)));
  const parts = [
    reach({ of: distance, all: 2n * present * target }, MOST_CHANGE),
    reach({ of: jailed, all: present }, MOST_JAILED),
  ];
  const { of, all } = parts.reduce((least, part) =>
    part.of * least.all < least.of * part.all ? part : least,
  );
  if (of === all) return keys.map((key) => key.target);
  return keys.map((key) => (key.present * target * (all - of) + key.target * present * of) / (present * all));
}

/** Which part of the way can be gone: all of it, or a little less than what is allowed. */
function reach(way: Part, most: Part): Part {
  return way.of * most.all <= way.all * most.of
    ? { of: 1n, all: 1n }
    : { of: most.of * way.all * STEP_PPM, all: most.all * way.of * PPM };
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}
