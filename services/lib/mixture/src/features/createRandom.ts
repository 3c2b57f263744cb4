/** Deterministic numbers in [0, 1); `state` can be stored and passed back as the seed. */
export type Random = { readonly next: () => number; readonly state: () => number };

/** PERF: looked up once, since a global costs more than the arithmetic here. */
const { imul } = Math;
const TWO_POW_32 = 0x1_0000_0000;

/** A small generator (a Weyl sequence with a 32-bit mixer): for choices that nobody gains by predicting. */
export function createRandom(seed: number): Random {
  let weyl = seed >>> 0;
  return {
    next: () => {
      weyl = (weyl + 0x9e37_79b9) >>> 0;
      let mixed = weyl;
      mixed = imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
      mixed = imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
      return ((mixed ^ (mixed >>> 15)) >>> 0) / TWO_POW_32;
    },
    state: () => weyl,
  };
}
