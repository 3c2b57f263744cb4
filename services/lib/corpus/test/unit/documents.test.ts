import {
  bitsPerByte,
  bytesToUtf8,
  createWindowSampler,
  cutWindows,
  type Document,
  decodeDocuments,
  digestDocuments,
  encodeDocuments,
  partOfDocuments,
  SPLIT_NAMES,
  splitDocuments,
} from "@ganglion/corpus";
import { createRandom } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

const utf8 = (text: string) => new Uint8Array(Buffer.from(text));
const page = (id: string, domain: string, text: string): Document => ({ id, domain, text: utf8(text) });

describe("splitDocuments", () => {
  const pages = Array.from({ length: 400 }, (_, i) => `/page/${i}`);

  it("puts translations into the same split, at about 60 / 20 / 20", () => {
    const documents = pages.flatMap((id) => [page(id, "en", `${id} en`), page(id, "fr", `${id} fr`)]);
    const splits = splitDocuments(documents, 1);
    for (const name of SPLIT_NAMES) {
      const ids = (domain: string) => splits[name].filter((d) => d.domain === domain).map(({ id }) => id);
      expect(ids("fr")).toEqual(ids("en"));
    }
    expect(splits.experts.length / documents.length).toBeCloseTo(0.6, 1);
    expect(splits.mixture.length / documents.length).toBeCloseTo(0.2, 1);
  });

  it("drops from later splits the paragraphs of earlier ones, and documents left empty", () => {
    const shared = pages.map((id) => page(id, "en", `the same everywhere\n\nonly in ${id}`));
    const splits = splitDocuments(shared, 1);
    const has = (name: "experts" | "mixture" | "heldBack") =>
      splits[name].some(({ text }) => bytesToUtf8(text).includes("the same everywhere"));
    expect([has("experts"), has("mixture"), has("heldBack")]).toEqual([true, false, false]);
    const empty = splitDocuments(
      pages.map((id) => page(id, "en", "the same everywhere")),
      1,
    );
    expect([empty.mixture, empty.heldBack]).toEqual([[], []]);
  });
});

describe("partOfDocuments", () => {
  it("deals every document to exactly one part", () => {
    const documents = [..."abcdefg"].map((id) => page(id, "en", id));
    const parts = [0, 1, 2].map((index) => partOfDocuments(documents, { index, count: 3 }));
    expect(
      parts
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([..."abcdefg"]);
    expect(parts.map((part) => part.length)).toEqual([3, 2, 2]);
  });
});

describe("document lines", () => {
  it("survive being written and read", () => {
    const documents = [page("a", "en", 'quotes " and\nlines'), page("b", "en", "Zürich 東京 🦊")];
    expect(decodeDocuments(encodeDocuments(documents), "en")).toEqual(documents);
  });

  it.each(["{", "[]", '{"id": 1, "text": ""}', '{"id": "a"}'])("name the bad line: %s", (line) => {
    const refusal = expect.objectContaining({ code: "CORPUS_BAD_LINE", data: { line: 2 } });
    expect(() => decodeDocuments(`{"id":"a","text":"b"}\n${line}\n`, "en")).toThrow(refusal);
  });

  it("never fail otherwise on any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          decodeDocuments(text, "en");
        } catch (error) {
          expect(error).toMatchObject({ code: "CORPUS_BAD_LINE" });
        }
      }),
      { seed: 3 },
    );
  });
});

describe("bytesToUtf8", () => {
  it("agrees with the platform's decoder on any bytes and any text", () => {
    const platform = new TextDecoder("utf-8", { ignoreBOM: true });
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (s) => bytesToUtf8(utf8(s)) === platform.decode(utf8(s))),
      {
        seed: 4,
      },
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => bytesToUtf8(bytes).length <= bytes.length),
      { seed: 4 },
    );
  });
});

describe("windows", () => {
  const documents = [page("a", "en", "abcdef"), page("b", "en", "xy"), page("c", "en", "ABCD")];

  it("are drawn from every place of every long enough document", () => {
    const sampler = createWindowSampler(documents, 4);
    const random = createRandom(1);
    const drawn = new Set(Array.from({ length: 200 }, () => bytesToUtf8(sampler.draw(random).text)));
    expect([...drawn].sort()).toEqual(["ABCD", "abcd", "bcde", "cdef"]);
  });

  it("refuse text that is too short", () => {
    expect(() => createWindowSampler(documents, 7)).toThrow(
      expect.objectContaining({ code: "CORPUS_TOO_SHORT" }),
    );
  });

  it("cover a document when it is cut", () => {
    const [first = page("", "", "")] = documents;
    expect(cutWindows(first, 4).map(({ offset, text }) => [offset, bytesToUtf8(text)])).toEqual([
      [0, "abcd"],
      [4, "ef"],
    ]);
  });
});

describe("digestDocuments", () => {
  it("changes with every part of a document and with the order", () => {
    const a = page("a", "en", "text");
    const b = page("b", "en", "text");
    const digests = [[a], [b], [{ ...a, domain: "fr" }], [page("a", "en", "texts")], [a, b], [b, a]].map(
      (documents) => Buffer.from(digestDocuments(documents)).toString("hex"),
    );
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe("bitsPerByte", () => {
  it("is the mean of the nats in bits", () => {
    expect(bitsPerByte([Math.LN2, 3 * Math.LN2])).toBeCloseTo(2, 12);
    expect(bitsPerByte([])).toBe(0);
  });
});
