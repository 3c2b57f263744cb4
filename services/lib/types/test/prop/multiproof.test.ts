import { describe, expect, it } from "@jest/globals";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { bytesToHex, helperIndices, multiproofRoot, rowPlace } from "../../src/index.ts";

const DEPTH = 6;
const FIRST = 2 ** DEPTH;

/** Nodes of a full tree by their generalised index. */
function fullTree(): Uint8Array[] {
  const nodes: Uint8Array[] = [];
  for (let i = FIRST; i < FIRST * 2; i++) nodes[i] = sha256(Uint8Array.of(i));
  for (let i = FIRST - 1; i > 0; i--)
    nodes[i] = sha256(concatBytes(nodes[2 * i] ?? new Uint8Array(), nodes[2 * i + 1] ?? new Uint8Array()));
  return nodes;
}
const NODES = fullTree();
const nodeAt = (index: bigint): Uint8Array => NODES[Number(index)] ?? new Uint8Array(32);
const places = fc.uniqueArray(fc.integer({ min: FIRST, max: 2 * FIRST - 1 }), { minLength: 1, maxLength: 9 });

describe("a multiproof", () => {
  it("gives the root of any leaves, and another one when anything is changed", () => {
    fc.assert(
      fc.property(places, fc.nat(), (chosen, pick) => {
        const indices = chosen.map(BigInt);
        const leaves = new Map(indices.map((index) => [index, nodeAt(index)]));
        const helpers = helperIndices(indices).map(nodeAt);
        expect(bytesToHex(multiproofRoot(leaves, helpers) ?? new Uint8Array())).toBe(bytesToHex(nodeAt(1n)));
        expect(multiproofRoot(leaves, [...helpers, nodeAt(1n)])).toBeUndefined();
        const altered = helpers.map((helper, i) => (i === pick % helpers.length ? nodeAt(2n) : helper));
        if (altered.some((helper, i) => helper !== helpers[i]))
          expect(multiproofRoot(leaves, altered)).not.toEqual(nodeAt(1n));
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it("takes no leaf below another", () => {
    const leaves = new Map([2n, 4n].map((index) => [index, nodeAt(index)]));
    const helpers = helperIndices([2n, 4n]).map(nodeAt);
    expect(multiproofRoot(leaves, helpers)).toBeUndefined();
  });

  it("knows where rows are, and that there are no others", () => {
    expect(rowPlace("genesisHash", 0)?.gindex).toBe(32n);
    expect(rowPlace("genesisHash", 1)).toBeUndefined();
    expect(rowPlace("nothing", 0)).toBeUndefined();
    expect(rowPlace("neurons", 4_095)).toBeDefined();
    expect(rowPlace("neurons", 4_096)).toBeUndefined();
    expect(rowPlace("toString", 0)).toBeUndefined();
  });
});
