import { GanglionError } from "@ganglion/types";
import type { Document } from "./document.ts";
import { bytesToUtf8, utf8ToBytes } from "./utf8.ts";

/** Longest line that `decodeDocuments` accepts, in characters. */
const MAX_LINE_CHARACTERS = 16 * 1024 * 1024;

/** One JSON object a line: `{"id", "text"}`. The domain is the file's, not the line's. */
export function encodeDocuments(documents: readonly Document[]): string {
  return documents.map(({ id, text }) => `${JSON.stringify({ id, text: bytesToUtf8(text) })}\n`).join("");
}

/** @throws GanglionError CORPUS_BAD_LINE with the number of the line, from 1 */
export function decodeDocuments(lines: string, domain: string): Document[] {
  return lines
    .split("\n")
    .flatMap((line, index) => (line.trim() === "" ? [] : [decodeLine(line, index + 1, domain)]));
}

function decodeLine(line: string, number: number, domain: string): Document {
  const bad = (why: string, cause?: unknown) =>
    new GanglionError(
      "CORPUS_BAD_LINE",
      `line ${number} is no document: ${why}`,
      { line: number },
      { cause },
    );
  if (line.length > MAX_LINE_CHARACTERS) throw bad(`it is longer than ${MAX_LINE_CHARACTERS} characters`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw bad("it is not JSON", error);
  }
  if (typeof parsed !== "object" || parsed === null || !("id" in parsed) || !("text" in parsed))
    throw bad('write {"id": "...", "text": "..."}');
  const { id, text } = parsed;
  if (typeof id !== "string" || typeof text !== "string") throw bad("id and text must be strings");
  return { id, domain, text: utf8ToBytes(text) };
}
