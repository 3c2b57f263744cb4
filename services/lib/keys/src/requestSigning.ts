import { createHash, randomBytes } from "node:crypto";
import { domainTag, equalBytes, GanglionError, type Hotkey, parseHotkey } from "@ganglion/types";
import type { Signer } from "./signer.ts";
import { verifySignature } from "./verifySignature.ts";

/** Binary gRPC metadata key that carries an encoded `RequestProof`. */
export const REQUEST_HEADER = "ganglion-request-bin";

const VERSION = 1;
const TAG = domainTag("request");
const NONCE_BYTES = 16;
const HEADER_BYTES = 1 + 32 + 32 + NONCE_BYTES + 32 + 64;

/** What the caller states about its request; a server checks each field before it reads the body. */
export type RequestProof = {
  readonly caller: Hotkey;
  readonly receiver: Hotkey;
  /** Wall time in ms as u64 big endian, then 64 random bits. */
  readonly nonce: Uint8Array;
  /** SHA-256 of the serialised request message. */
  readonly bodyHash: Uint8Array;
  readonly signature: Uint8Array;
};

/** Where and what a request is: both ends know it, so it is signed and not sent. */
export type RequestScope = {
  readonly genesisHash: Uint8Array;
  /** Full gRPC path, for example "/ganglion.synapse.v1.SynapseService/Forward". */
  readonly method: string;
};

export type SignRequest = RequestScope & {
  readonly signer: Signer;
  readonly receiver: Hotkey;
  readonly body: Uint8Array;
  readonly nowMs: number;
};

/** Signs one request; returns the header's bytes (177). */
export function signRequest(request: SignRequest): Uint8Array {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeBigUInt64BE(BigInt(Math.floor(request.nowMs)), 0);
  randomBytes(8).copy(nonce, 8);
  const unsigned = {
    caller: request.signer.publicKey,
    receiver: request.receiver,
    nonce: new Uint8Array(nonce),
    bodyHash: hashBody(request.body),
  };
  return encodeRequestProof({
    ...unsigned,
    signature: request.signer.sign(requestSigningBytes(request, unsigned)),
  });
}

/** Whether the caller's key signed this proof for this scope. The body's hash is compared apart. */
export function verifyRequestProof(scope: RequestScope, proof: RequestProof): boolean {
  return verifySignature(proof.caller, requestSigningBytes(scope, proof), proof.signature);
}

/** Whether the body is the one that the proof was made for. PERF: SHA-256, about 0.6 ms a MiB. */
export function matchesBody(proof: RequestProof, body: Uint8Array): boolean {
  return equalBytes(proof.bodyHash, hashBody(body));
}

/** When the caller says it made the request, ms since the epoch. */
export function requestTimeMs(proof: RequestProof): number {
  return Number(Buffer.from(proof.nonce).readBigUInt64BE(0));
}

/** version u8, caller 32, receiver 32, nonce 16, body hash 32, signature 64. */
export function encodeRequestProof(proof: RequestProof): Uint8Array {
  return new Uint8Array(
    Buffer.concat([
      Uint8Array.of(VERSION),
      proof.caller,
      proof.receiver,
      proof.nonce,
      proof.bodyHash,
      proof.signature,
    ]),
  );
}

/** @throws GanglionError KEYS_BAD_REQUEST_HEADER */
export function decodeRequestProof(bytes: Uint8Array): RequestProof {
  if (bytes.length !== HEADER_BYTES || bytes[0] !== VERSION)
    throw new GanglionError(
      "KEYS_BAD_REQUEST_HEADER",
      `${REQUEST_HEADER} must be ${HEADER_BYTES} bytes of version ${VERSION}`,
      { length: bytes.length, version: bytes[0] ?? 0 },
    );
  const copy = Uint8Array.from(bytes);
  return {
    caller: parseHotkey(copy.subarray(1, 33)),
    receiver: parseHotkey(copy.subarray(33, 65)),
    nonce: copy.subarray(65, 81),
    bodyHash: copy.subarray(81, 113),
    signature: copy.subarray(113),
  };
}

function requestSigningBytes(
  scope: RequestScope,
  proof: Pick<RequestProof, "receiver" | "nonce" | "bodyHash">,
): Uint8Array {
  const method = Buffer.from(scope.method, "utf8");
  return Buffer.concat([
    TAG,
    scope.genesisHash,
    proof.receiver,
    proof.nonce,
    proof.bodyHash,
    Uint8Array.of(method.length),
    method,
  ]);
}

function hashBody(body: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(body).digest());
}
