import { GanglionError, type Random } from "@ganglion/types";
import type { Document } from "./document.ts";

/** Consecutive bytes of one document. */
export type TextWindow = {
  readonly domain: string;
  readonly document: string;
  /** Index of the window's first byte in the document. */
  readonly offset: number;
  readonly text: Uint8Array;
};

export type WindowSampler = { readonly draw: (random: Random) => TextWindow };

/**
 * Draws windows of exactly `windowBytes`, each place of each long enough document equally likely.
 *
 * @throws GanglionError CORPUS_TOO_SHORT if no document is that long
 */
export function createWindowSampler(documents: readonly Document[], windowBytes: number): WindowSampler {
  const long = documents.filter(({ text }) => text.length >= windowBytes);
  const ends: number[] = [];
  let total = 0;
  for (const { text } of long) {
    total += text.length - windowBytes + 1;
    ends.push(total);
  }
  if (total === 0)
    throw new GanglionError("CORPUS_TOO_SHORT", `no document has ${windowBytes} bytes; give longer text`, {
      windowBytes,
    });
  return {
    draw: (random) => {
      const place = Math.floor(random.next() * total);
      const index = firstAbove(ends, place);
      const document = long[index];
      if (document === undefined)
        throw new GanglionError("CORPUS_TOO_SHORT", "a draw lies outside of the text");
      return windowAt(document, place - (ends[index - 1] ?? 0), windowBytes);
    },
  };
}

/** A document cut into windows of at most `windowBytes`, left to right, without overlap. */
export function cutWindows(document: Document, windowBytes: number): TextWindow[] {
  const count = Math.ceil(document.text.length / windowBytes);
  return Array.from({ length: count }, (_, i) => windowAt(document, i * windowBytes, windowBytes));
}

function windowAt(document: Document, offset: number, windowBytes: number): TextWindow {
  const text = document.text.subarray(offset, offset + windowBytes);
  return { domain: document.domain, document: document.id, offset, text };
}

function firstAbove(ends: readonly number[], place: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
