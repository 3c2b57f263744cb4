import { sha256 } from "@noble/hashes/sha2.js";
import type { Document } from "./document.ts";
import { utf8ToBytes } from "./utf8.ts";

/** SHA-256 over domain, id and text of each document, in the given order; lengths are hashed too. */
export function digestDocuments(documents: readonly Document[]): Uint8Array {
  const hash = sha256.create();
  for (const { domain, id, text } of documents)
    for (const part of [utf8ToBytes(domain), utf8ToBytes(id), text]) {
      const length = new Uint8Array(8);
      new DataView(length.buffer).setBigUint64(0, BigInt(part.length));
      hash.update(length).update(part);
    }
  return hash.digest();
}
