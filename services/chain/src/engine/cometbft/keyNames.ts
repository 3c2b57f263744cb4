import { createHash } from "node:crypto";
import { bytesToHex, equalBytes } from "@ganglion/types";

const ADDRESS_BYTES = 20;

/** How CometBFT names a validator: the first 20 bytes of SHA-256 of its ed25519 key. */
export function addressOfConsensusKey(publicKey: Uint8Array): Uint8Array {
  return createHash("sha256").update(publicKey).digest().subarray(0, ADDRESS_BYTES);
}

/** Finds consensus keys by their address among those that the ledger remembers. */
export class KeyNames {
  readonly #remembered: () => readonly Uint8Array[];
  /** PERF: a ledger remembers keys for as long as evidence lives, and each block names a hundred of them. */
  #voters = new Map<string, Uint8Array>();

  constructor(remembered: () => readonly Uint8Array[]) {
    this.#remembered = remembered;
  }

  /** Of one who votes or proposes. */
  voter(address: Uint8Array): Uint8Array | undefined {
    const name = bytesToHex(address);
    if (!this.#voters.has(name))
      this.#voters = new Map(this.#remembered().map((key) => [bytesToHex(addressOfConsensusKey(key)), key]));
    return this.#voters.get(name);
  }

  /** Of one whom evidence names: by the state alone, so that a node that has run for long finds no more than a new one. */
  accused(address: Uint8Array): Uint8Array | undefined {
    return this.#remembered().find((key) => equalBytes(addressOfConsensusKey(key), address));
  }
}
