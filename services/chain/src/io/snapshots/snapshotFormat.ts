import { createHash } from "node:crypto";
import { equalBytes } from "@ganglion/types";
import type { SnapshotOffer } from "../../engine/cometbft/snapshotSource.ts";

/** Chunks of `encodeStateChunks`. Raise it when their meaning changes. */
export const SNAPSHOT_FORMAT = 1;
const HASH_BYTES = 32;
/** A ledger of 32 GiB. */
const CHUNKS_LIMIT = 65_536;

/** Names a snapshot: the metadata are its chunks' hashes one after the other, the hash is theirs. */
export function describeSnapshot(height: number, chunkHashes: readonly Uint8Array[]): SnapshotOffer {
  const metadata = Uint8Array.from(Buffer.concat(chunkHashes));
  return { height, format: SNAPSHOT_FORMAT, chunks: chunkHashes.length, hash: sha256(metadata), metadata };
}

/** Whether hash, count and metadata belong together; those of a folder may be torn. */
export function isWellFormed({ chunks, hash, metadata, height }: SnapshotOffer): boolean {
  const sizes =
    Number.isInteger(chunks) &&
    chunks > 0 &&
    chunks <= CHUNKS_LIMIT &&
    metadata.length === chunks * HASH_BYTES;
  return height > 0 && sizes && equalBytes(sha256(metadata), hash);
}

export function chunkHashAt({ metadata }: SnapshotOffer, index: number): Uint8Array {
  return metadata.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash("sha256").update(bytes).digest());
}
