import {
  bytesLeft,
  createWalk,
  type Document,
  epochAllowance,
  resumeWalk,
  spentDocuments,
  startWalk,
  takeRows,
  type WalkOptions,
  type WalkState,
} from "@ganglion/corpus";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

const SEED = 20261122;

const optionsOf = fc.record({
  contextBytes: fc.integer({ min: 1, max: 12 }),
  minContextBytes: fc.integer({ min: 1, max: 6 }),
  segmentBytes: fc.integer({ min: 4, max: 40 }),
  pacePerEpoch: fc.double({ min: 0.05, max: 1, noNaN: true }),
  seed: fc.nat(1000),
});
const documentsOf = fc
  .array(fc.uint8Array({ minLength: 0, maxLength: 90 }), { minLength: 1, maxLength: 6 })
  .map((texts) => texts.map((text, i): Document => ({ id: `d${i}`, domain: i % 3 === 2 ? "b" : "a", text })));
const requestsOf = fc.array(
  fc.record({ domain: fc.constantFrom("a", "b"), count: fc.integer({ min: 0, max: 9 }), epochs: fc.nat(1) }),
  { maxLength: 60 },
);

/** Walks, and reads the state back from JSON before each step, as a restart would. */
function walkThrough(
  documents: readonly Document[],
  options: WalkOptions,
  requests: readonly { readonly domain: string; readonly count: number; readonly epochs: number }[],
) {
  const walk = createWalk(documents, options);
  let state = startWalk(walk);
  let epoch = 0;
  const steps = requests.map(({ domain, count, epochs }) => {
    epoch += epochs;
    const before = JSON.parse(JSON.stringify(state)) as WalkState;
    expect(resumeWalk(walk, before)).toEqual(before);
    const taken = takeRows(walk, before, { domain, count, epoch });
    state = taken.state;
    return { domain, epoch, rows: taken.rows };
  });
  return { walk, state, steps };
}

describe("a held-back walk", () => {
  it("scores each byte at most once, and never after it was shown", () => {
    fc.assert(
      fc.property(documentsOf, optionsOf, requestsOf, (documents, options, requests) => {
        const scored = new Set<string>();
        const shown = new Set<string>();
        for (const { rows } of walkThrough(documents, options, requests).steps) {
          for (const row of rows) {
            const place = `${row.document}:${row.offset}`;
            expect(scored.has(place) || shown.has(place)).toBe(false);
            scored.add(place);
          }
          for (const row of rows)
            row.text.forEach((_, i) => {
              shown.add(`${row.document}:${row.offset - row.text.length + i}`);
            });
          // Within one batch too: no row's context holds another row's target.
          for (const row of rows) expect(shown.has(`${row.document}:${row.offset}`)).toBe(false);
        }
      }),
      { seed: SEED },
    );
  });

  it("shows the text that precedes the target", () => {
    fc.assert(
      fc.property(documentsOf, optionsOf, requestsOf, (documents, options, requests) => {
        for (const { rows } of walkThrough(documents, options, requests).steps)
          for (const row of rows) {
            const text = documents.find(({ id }) => id === row.document)?.text ?? new Uint8Array();
            expect(row.target).toBe(text[row.offset]);
            expect([...row.text]).toEqual([...text.subarray(row.offset - row.text.length, row.offset)]);
            expect(row.text.length).toBeLessThanOrEqual(options.contextBytes);
          }
      }),
      { seed: SEED },
    );
  });

  it("counts down what is left and keeps the pace of an epoch", () => {
    fc.assert(
      fc.property(documentsOf, optionsOf, requestsOf, (documents, options, requests) => {
        const { walk, state, steps } = walkThrough(documents, options, requests);
        for (const domain of ["a", "b"]) {
          const own = steps.filter((step) => step.domain === domain);
          const taken = own.reduce((sum, { rows }) => sum + rows.length, 0);
          expect(bytesLeft(walk, startWalk(walk), domain) - taken).toBe(bytesLeft(walk, state, domain));
          for (const epoch of new Set(own.map((step) => step.epoch))) {
            const spent = own
              .filter((step) => step.epoch === epoch)
              .reduce((sum, { rows }) => sum + rows.length, 0);
            expect(spent).toBeLessThanOrEqual(epochAllowance(walk, domain));
          }
        }
      }),
      { seed: SEED },
    );
  });

  it("trains only on what is behind it", () => {
    fc.assert(
      fc.property(documentsOf, optionsOf, requestsOf, (documents, options, requests) => {
        const { walk, state } = walkThrough(documents, options, requests);
        const behind = spentDocuments(walk, state, "a", 1).reduce((sum, { text }) => sum + text.length, 0);
        const total = documents
          .filter(({ domain }) => domain === "a")
          .reduce((sum, { text }) => sum + text.length, 0);
        expect(behind + bytesLeft(walk, state, "a")).toBeLessThanOrEqual(total);
      }),
      { seed: SEED },
    );
  });
});
