import type { Document } from "../document.ts";
import { utf8ToBytes } from "../utf8.ts";

const DOCUMENT_CHARACTERS = 6_000;

/**
 * Evenly spread pieces of a large program as documents, comments removed, `totalCharacters` in all. Pieces begin at
 * top-level functions.
 */
export function extractProgram(source: string, domain: string, totalCharacters: number): Document[] {
  const bare = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^[ \t]*\/\/.*\n/gm, "");
  const functions = bare.split(/\n(?=function )/);
  const wanted = Math.ceil(totalCharacters / DOCUMENT_CHARACTERS);
  const pieces: string[] = [];
  let piece = "";
  for (const text of functions) {
    piece += `${text}\n`;
    if (piece.length < DOCUMENT_CHARACTERS) continue;
    pieces.push(piece.slice(0, DOCUMENT_CHARACTERS));
    piece = "";
  }
  const stride = Math.max(1, Math.floor(pieces.length / wanted));
  return pieces
    .filter((_, index) => index % stride === 0)
    .slice(0, wanted)
    .map((text, index) => ({ id: `program/${index}`, domain, text: utf8ToBytes(text.trim()) }));
}
