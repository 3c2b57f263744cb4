import { sha256 } from "@noble/hashes/sha2.js";
import { type Document, PARAGRAPH_BREAK, SPLIT_NAMES, type SplitName } from "./document.ts";
import { bytesToUtf8, utf8ToBytes } from "./utf8.ts";

/** Upper bounds of each split's share of the documents: 60 / 20 / 20. */
const BOUNDS: Readonly<Record<SplitName, number>> = { experts: 0.6, mixture: 0.8, heldBack: 1 };
const TWO_POW_32 = 0x1_0000_0000;

/**
 * Splits by a hash of the seed and the document's id, so that translations fall into the same split. A paragraph
 * that occurs in an earlier split (of any domain) is dropped from the later one, and held-back text has each paragraph
 * once: scored again after it was sent, it would pay whoever recorded it. A document that this leaves empty goes.
 */
export function splitDocuments(documents: readonly Document[], seed: number): Record<SplitName, Document[]> {
  const splits: Record<SplitName, Document[]> = { experts: [], mixture: [], heldBack: [] };
  for (const document of documents) splits[splitOf(document.id, seed)].push(document);
  const seen = new Set<string>();
  for (const name of ["experts", "mixture"] as const) {
    splits[name] = splits[name].flatMap((document) => keepParagraphs(document, (text) => !seen.has(text)));
    for (const document of splits[name]) for (const paragraph of paragraphsOf(document)) seen.add(paragraph);
  }
  const isFirst = (text: string): boolean => !seen.has(text) && Boolean(seen.add(text));
  splits.heldBack = splits.heldBack.flatMap((document) => keepParagraphs(document, isFirst));
  return splits;
}

/** Every `count`-th document from `index`: how validators that share held-back text read different parts of it. */
export function partOfDocuments(
  documents: readonly Document[],
  part: { readonly index: number; readonly count: number },
): Document[] {
  return documents.filter((_, position) => position % part.count === part.index);
}

function splitOf(id: string, seed: number): SplitName {
  const digest = sha256(utf8ToBytes(`${seed}\n${id}`));
  const draw = new DataView(digest.buffer, digest.byteOffset).getUint32(0) / TWO_POW_32;
  return SPLIT_NAMES.find((name) => draw < BOUNDS[name]) ?? "heldBack";
}

function keepParagraphs(document: Document, isKept: (paragraph: string) => boolean): Document[] {
  const kept = paragraphsOf(document).filter(isKept);
  return kept.length === 0 ? [] : [{ ...document, text: utf8ToBytes(kept.join(PARAGRAPH_BREAK)) }];
}

function paragraphsOf(document: Document): string[] {
  return bytesToUtf8(document.text)
    .split(PARAGRAPH_BREAK)
    .filter((paragraph) => paragraph.trim() !== "");
}
