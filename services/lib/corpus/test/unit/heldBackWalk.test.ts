import { bytesLeft, createWalk, type Document, resumeWalk, startWalk, takeRows } from "@ganglion/corpus";
import { describe, expect, it } from "@jest/globals";

const text = (length: number) => Uint8Array.from({ length }, (_, i) => i);
const OPTIONS = { contextBytes: 4, minContextBytes: 2, segmentBytes: 10, pacePerEpoch: 1, seed: 1 };
const documents: readonly Document[] = ["x", "y", "z"].map((id) => ({ id, domain: "en", text: text(20) }));

describe("takeRows", () => {
  it("takes the rows of one batch from different documents where it can", () => {
    const walk = createWalk(documents, OPTIONS);
    const { rows } = takeRows(walk, startWalk(walk), { domain: "en", count: 3, epoch: 0 });
    expect(new Set(rows.map((row) => row.document)).size).toBe(3);
  });

  it("gives each segment one row before any gives its second", () => {
    const walk = createWalk(documents, OPTIONS);
    const { rows } = takeRows(walk, startWalk(walk), { domain: "en", count: 6, epoch: 0 });
    const places = rows.map((row) => `${row.document}:${row.offset}`).sort();
    expect(places).toEqual(["x:12", "x:2", "y:12", "y:2", "z:12", "z:2"]);
  });

  it("holds rather than reuse: the pace of an epoch, then the end of the text", () => {
    const walk = createWalk(documents, { ...OPTIONS, pacePerEpoch: 0.125 });
    let state = startWalk(walk);
    expect(bytesLeft(walk, state, "en")).toBe(48);
    const counts = [0, 0, 1, 2, 3, 4, 5, 6, 7, 8].map((epoch) => {
      const taken = takeRows(walk, state, { domain: "en", count: 100, epoch });
      state = taken.state;
      return taken.rows.length;
    });
    expect(counts).toEqual([6, 0, 6, 6, 6, 6, 6, 6, 6, 0].map((n, i) => (i < 9 ? n : 0)));
    expect(bytesLeft(walk, state, "en")).toBe(0);
  });

  it("gives nothing for a domain that it does not have", () => {
    const walk = createWalk(documents, OPTIONS);
    expect(takeRows(walk, startWalk(walk), { domain: "fr", count: 3, epoch: 0 }).rows).toEqual([]);
  });
});

describe("resumeWalk", () => {
  it("refuses the state of other text or of another cut", () => {
    const state = startWalk(createWalk(documents, OPTIONS));
    const refusal = expect.objectContaining({ code: "CORPUS_WALK_MISMATCH" });
    expect(() => resumeWalk(createWalk(documents.slice(1), OPTIONS), state)).toThrow(refusal);
    expect(() => resumeWalk(createWalk(documents, { ...OPTIONS, segmentBytes: 11 }), state)).toThrow(refusal);
  });

  it("goes on in each domain's own text, and begins a domain that was added", () => {
    const walk = createWalk(documents, OPTIONS);
    const { state } = takeRows(walk, startWalk(walk), { domain: "en", count: 3, epoch: 0 });
    const added: Document = { id: "a", domain: "de", text: text(20) };
    const grown = createWalk([added, ...documents], OPTIONS);
    const resumed = resumeWalk(grown, state);
    expect(bytesLeft(grown, resumed, "en")).toBe(bytesLeft(walk, state, "en"));
    expect(bytesLeft(grown, resumed, "de")).toBe(16);
    const refusal = expect.objectContaining({ code: "CORPUS_WALK_MISMATCH" });
    expect(() => resumeWalk(createWalk([added, ...documents.slice(1)], OPTIONS), state)).toThrow(refusal);
    expect(() => resumeWalk(createWalk([added], OPTIONS), state)).toThrow(refusal);
  });

  it("names the domain whose text is another, and never says to begin sent text anew", () => {
    const added: Document = { id: "a", domain: "de", text: text(20) };
    const state = startWalk(createWalk([added, ...documents], OPTIONS));
    const changed = createWalk([{ ...added, text: text(21) }, ...documents], OPTIONS);
    expect(() => resumeWalk(changed, state)).toThrow(
      expect.objectContaining({
        data: { domains: "de" },
        message: expect.stringMatching(/restore that text and seed, or use text that was never sent/),
      }),
    );
  });

  it("begins the one domain whose digest was taken out, and keeps the place of the others", () => {
    const added: Document = { id: "a", domain: "de", text: text(20) };
    const walk = createWalk([added, ...documents], OPTIONS);
    let state = startWalk(walk);
    for (const domain of ["de", "en"]) state = takeRows(walk, state, { domain, count: 3, epoch: 0 }).state;
    const { de: _de, ...digests } = state.digests ?? {};
    const fresh = createWalk([{ ...added, id: "b", text: text(30) }, ...documents], OPTIONS);
    const resumed = resumeWalk(fresh, { ...state, digests });
    expect(bytesLeft(fresh, resumed, "en")).toBe(bytesLeft(walk, state, "en"));
    expect(resumed.domains["de"]).toEqual(startWalk(fresh).domains["de"]);
  });

  it("takes what was persisted without digests of domains, for the same text", () => {
    const walk = createWalk(documents, OPTIONS);
    const { digests: _digests, ...earlier } = startWalk(walk);
    expect(resumeWalk(walk, earlier)).toEqual(startWalk(walk));
  });
});
