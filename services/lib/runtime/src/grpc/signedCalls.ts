import {
  decodeRequestProof,
  matchesBody,
  REQUEST_HEADER,
  type RequestProof,
  requestTimeMs,
  verifyRequestProof,
} from "@ganglion/keys";
import { type Clock, equalBytes, type Hotkey } from "@ganglion/types";
import type { Metadata } from "@grpc/grpc-js";
import { Refusal } from "./refusal.ts";
import { REQUEST_SKEW_MS, type ReplayWindow } from "./replayWindow.ts";
import type { TokenBuckets } from "./tokenBuckets.ts";

/** What every admitted call costs its caller, in units of `RateLimits`. */
const CALL_UNITS = 1;

/** Who may call a signed service, and how much. */
export type SignedServiceAuth = {
  /** The hotkey that this server answers for. */
  readonly receiver: Hotkey;
  readonly genesisHash: Uint8Array;
  readonly replay: ReplayWindow;
  readonly buckets: TokenBuckets;
  readonly clock: Clock;
  /** The policy, asked before the body is read: undefined = allowed. `method` is the gRPC path. */
  readonly authorize: (caller: Hotkey, method: string) => Refusal | undefined;
  /** Calls admitted and not finished, at most, a quarter of them one caller's. Default 64. */
  readonly maxInFlight?: number;
  /** How long a stream may last, read or not; absent: as long as its caller wants. */
  readonly maxStreamMs?: number;
  /** How long a client may take to send a body after its header passed; default 10 s. */
  readonly bodyTimeoutMs?: number;
};

/**
 * Judges a call by its header alone, cheap checks first; the nonce is used up when it passes.
 * @throws Refusal
 */
export async function admitCall(
  auth: SignedServiceAuth,
  method: string,
  metadata: Metadata,
): Promise<RequestProof> {
  const nowMs = auth.clock.nowMs();
  const proof = readProof(metadata);
  checkReceiver(auth, proof);
  checkTime(auth.replay, requestTimeMs(proof), nowMs);
  const forbidden = auth.authorize(proof.caller, method);
  if (forbidden !== undefined) throw forbidden;
  const waitMs = auth.buckets.waitMs(proof.caller, nowMs);
  if (waitMs > 0) throw new Refusal("CALL_RATE_LIMITED", "the caller used up its share: come later", waitMs);
  if (!verifyRequestProof({ genesisHash: auth.genesisHash, method }, proof))
    throw new Refusal(
      "CALL_BAD_SIGNATURE",
      "the signature does not hold for this method, network and receiver: check the genesis hash",
    );
  if (!(await auth.replay.admit(proof, nowMs)))
    throw new Refusal("CALL_REPLAYED", "this nonce was used before: sign a new request");
  auth.buckets.charge(proof.caller, CALL_UNITS, nowMs);
  return proof;
}

/** @throws Refusal if the body is not the one that was signed */
export function checkBody(proof: RequestProof | undefined, body: unknown): void {
  if (proof === undefined || !(body instanceof Uint8Array))
    throw new Refusal("CALL_BAD_REQUEST", "the call has no body");
  if (!matchesBody(proof, body))
    throw new Refusal("CALL_BODY_MISMATCH", "the body is not the one that was signed");
}

function readProof(metadata: Metadata): RequestProof {
  const header = metadata.get(REQUEST_HEADER)[0];
  if (header === undefined || typeof header === "string")
    throw new Refusal("CALL_UNSIGNED", `a call needs the metadata ${REQUEST_HEADER}: sign it with a hotkey`);
  try {
    return decodeRequestProof(header);
  } catch (cause) {
    throw new Refusal("CALL_UNSIGNED", `the metadata ${REQUEST_HEADER} cannot be read`, undefined, { cause });
  }
}

function checkReceiver(auth: SignedServiceAuth, proof: RequestProof): void {
  if (!equalBytes(proof.receiver, auth.receiver))
    throw new Refusal("CALL_WRONG_RECEIVER", "this call was signed for another hotkey: read the metagraph");
}

function checkTime(replay: ReplayWindow, timeMs: number, nowMs: number): void {
  const offMs = timeMs - nowMs;
  if (Math.abs(offMs) > REQUEST_SKEW_MS)
    throw new Refusal(
      "CALL_OUT_OF_TIME",
      `the request is dated ${offMs} ms from the server's time, ${REQUEST_SKEW_MS} are allowed: set the clock`,
    );
  const earlyMs = replay.notBeforeMs() - timeMs;
  if (earlyMs > 0)
    throw new Refusal(
      "CALL_OUT_OF_TIME",
      "the server has just started and takes only later requests",
      earlyMs,
    );
}
