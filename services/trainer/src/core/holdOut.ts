import { createWindowSampler, type Document, digestDocuments, PARAGRAPH_BREAK } from "@ganglion/corpus";
import { GanglionError } from "@ganglion/types";

/** Of each 4th document the last quarter: a sixteenth of the text, from as many documents as that allows. */
const ONE_DOCUMENT_IN = 4;
const MIN_DOCUMENTS = 2 * ONE_DOCUMENT_IN;
const HELD_OUT_SHARE = 1 / 16;

/** The text of a training: what is learned from, and what only measures. */
export type TrainingText = { readonly learned: Document; readonly heldOut: Document };

/**
 * Keeps a sixteenth of the text out of the training, of few documents their very end, and joins each part into one.
 *
 * @throws GanglionError TRAINER_TEXT_TOO_SHORT
 */
export function holdOut(documents: readonly Document[], windowBytes: number): TrainingText {
  const texts =
    documents.length < MIN_DOCUMENTS
      ? [joined(documents.map(({ text }) => text))]
      : documents.map(({ text }) => text);
  const every = documents.length < MIN_DOCUMENTS ? 1 : ONE_DOCUMENT_IN;
  const parts = texts.map((text, index) => {
    const held = index % every === every - 1;
    const cut = held ? Math.floor(text.length * (1 - HELD_OUT_SHARE * every)) : text.length;
    return { learned: text.subarray(0, cut), heldOut: text.subarray(cut) };
  });
  const learned = joined(parts.map((part) => part.learned));
  const heldOut = joined(parts.flatMap((part) => (part.heldOut.length > 0 ? [part.heldOut] : [])));
  const needed = windowBytes + 1;
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  if (learned.length < needed || heldOut.length < needed)
    throw new GanglionError(
      "TRAINER_TEXT_TOO_SHORT",
      `the text has ${bytes} bytes; an expert needs ${Math.ceil(needed / HELD_OUT_SHARE)} at the very least, and learns from 100,000 on`,
      { bytes },
    );
  return { learned: asDocument("learned", learned), heldOut: asDocument("heldOut", heldOut) };
}

/** SHA-256 of what was learned from. */
export function digestOfText(text: TrainingText): Uint8Array {
  return digestDocuments([text.learned]);
}

/** Windows of `windowBytes` + 1 bytes, the last being the last target. */
export function samplerOf(document: Document, windowBytes: number): ReturnType<typeof createWindowSampler> {
  return createWindowSampler([document], windowBytes + 1);
}

function asDocument(id: string, text: Uint8Array): Document {
  return { id, domain: "", text };
}

function joined(texts: readonly Uint8Array[]): Uint8Array {
  const gap = PARAGRAPH_BREAK.length;
  const out = new Uint8Array(texts.reduce((size, text) => size + text.length + gap, 0));
  let at = 0;
  for (const text of texts) {
    out.set(text, at);
    at += text.length;
    for (let i = 0; i < gap; i++) out[at++] = PARAGRAPH_BREAK.charCodeAt(i);
  }
  return out;
}
