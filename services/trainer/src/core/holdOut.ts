import { createWindowSampler, type Document, digestDocuments, PARAGRAPH_BREAK } from "@ganglion/corpus";
import { GanglionError } from "@ganglion/types";

const HELD_OUT_ONE_IN = 16;
const MIN_DOCUMENTS = 2 * HELD_OUT_ONE_IN;
const HELD_OUT_TAIL = 1 / 16;

/** The text of a training: what is learned from, and what only measures. */
export type TrainingText = { readonly learned: Document; readonly heldOut: Document };

/**
 * Keeps every 16th document, or the last 16th of few documents, out of the training, and joins each part into one.
 *
 * @throws GanglionError TRAINER_TEXT_TOO_SHORT
 */
export function holdOut(documents: readonly Document[], windowBytes: number): TrainingText {
  const isHeld = (_: Document, index: number) => index % HELD_OUT_ONE_IN === HELD_OUT_ONE_IN - 1;
  const many = documents.length >= MIN_DOCUMENTS;
  const all = joined(documents);
  const cut = Math.floor(all.length * (1 - HELD_OUT_TAIL));
  const learned = many
    ? joined(documents.filter((document, index) => !isHeld(document, index)))
    : all.subarray(0, cut);
  const heldOut = many ? joined(documents.filter(isHeld)) : all.subarray(cut);
  const needed = windowBytes + 1;
  if (learned.length < needed || heldOut.length < needed)
    throw new GanglionError(
      "TRAINER_TEXT_TOO_SHORT",
      `the text has ${all.length} bytes; an expert needs ${Math.ceil(needed / HELD_OUT_TAIL)} at the very least, and learns from 100,000 on`,
      { bytes: all.length },
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

function joined(documents: readonly Document[]): Uint8Array {
  const gap = PARAGRAPH_BREAK.length;
  const out = new Uint8Array(documents.reduce((size, { text }) => size + text.length + gap, 0));
  let at = 0;
  for (const { text } of documents) {
    out.set(text, at);
    at += text.length;
    for (let i = 0; i < gap; i++) out[at++] = PARAGRAPH_BREAK.charCodeAt(i);
  }
  return out;
}
