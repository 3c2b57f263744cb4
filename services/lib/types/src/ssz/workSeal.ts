import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { bytesToHex } from "../bytes.ts";
import { domainTag } from "../domainTags.ts";
import { u64Type } from "./basics.ts";

export type WorkInput = {
  readonly genesisHash: Uint8Array;
  /** Hash of the block that the work names. */
  readonly blockHash: Uint8Array;
  /** u64. */
  readonly nonce: bigint;
  readonly hotkey: Uint8Array;
};

/** The 32 bytes that make work void on every other ledger: SHA-256(tag, genesis hash). */
export function workTag(genesisHash: Uint8Array): Uint8Array {
  return sha256(concatBytes(domainTag("work"), genesisHash));
}

/** What is hashed, 104 bytes: work tag 32, block hash 32, nonce u64 LE (at offset 64), hotkey 32. */
export function workMessage({ genesisHash, blockHash, nonce, hotkey }: WorkInput): Uint8Array {
  return concatBytes(workTag(genesisHash), blockHash, u64Type.serialize(nonce), hotkey);
}

/** Rule REG: double SHA-256 of {@link workMessage}. */
export function workSeal(input: WorkInput): Uint8Array {
  return sha256(sha256(workMessage(input)));
}

/** Whether seal, read big-endian, times difficulty is below 2^256. */
export function meetsDifficulty(seal: Uint8Array, difficulty: bigint): boolean {
  return BigInt(`0x${bytesToHex(seal)}`) * difficulty < 1n << 256n;
}
