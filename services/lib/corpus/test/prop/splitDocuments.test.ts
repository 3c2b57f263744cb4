import {
  bytesToUtf8,
  type Document,
  PARAGRAPH_BREAK,
  partOfDocuments,
  SPLIT_NAMES,
  splitDocuments,
} from "@ganglion/corpus";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

const SEED = 20261130;

/** Few words, so that paragraphs repeat inside a document, a split, a domain and across all of them. */
const paragraphs = fc.array(fc.constantFrom("the", "same", "few", "words", "again", "and more"), {
  minLength: 1,
  maxLength: 6,
});
const documentsOf = fc.array(
  fc.record({ id: fc.integer({ min: 0, max: 40 }), domain: fc.constantFrom("en", "de"), paragraphs }),
  { maxLength: 30 },
);
const toDocuments = (made: readonly { id: number; domain: string; paragraphs: readonly string[] }[]) =>
  made.map(
    ({ id, domain, paragraphs: own }): Document => ({
      id: `/page/${id}`,
      domain,
      text: new Uint8Array(Buffer.from(own.join(PARAGRAPH_BREAK))),
    }),
  );
const paragraphsOf = (documents: readonly Document[]) =>
  documents.flatMap(({ text }) => bytesToUtf8(text).split(PARAGRAPH_BREAK));

describe(`splitDocuments (seed ${SEED})`, () => {
  it("holds each paragraph back once, over all domains and all validators' parts", () => {
    fc.assert(
      fc.property(documentsOf, fc.nat(20), fc.integer({ min: 1, max: 3 }), (made, seed, count) => {
        const { heldBack } = splitDocuments(toDocuments(made), seed);
        const parts = Array.from({ length: count }, (_, index) =>
          partOfDocuments(heldBack, { index, count }),
        );
        const dealt = paragraphsOf(parts.flat());
        expect(new Set(dealt).size).toBe(dealt.length);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it("loses no paragraph, and gives none to two splits", () => {
    fc.assert(
      fc.property(documentsOf, fc.nat(20), (made, seed) => {
        const documents = toDocuments(made);
        const splits = splitDocuments(documents, seed);
        const bySplit = SPLIT_NAMES.map((name) => [...new Set(paragraphsOf(splits[name]))]);
        expect(bySplit.flat().sort()).toEqual([...new Set(paragraphsOf(documents))].sort());
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});
