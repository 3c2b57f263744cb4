import { GanglionError } from "@ganglion/types";
import { Metadata, type StatusObject, status } from "@grpc/grpc-js";

/** Trailers of a refused call. */
export const CODE_TRAILER = "ganglion-code";
export const RETRY_TRAILER = "ganglion-retry-after-ms";

type RefusalRule = { readonly grpcStatus: status; readonly retry: "no" | "yes" | "after" };

/** Why a server refuses a call before or instead of its handler: gRPC status, and whether a retry can help. */
export const REFUSALS = {
  CALL_UNSIGNED: { grpcStatus: status.UNAUTHENTICATED, retry: "no" },
  CALL_BAD_SIGNATURE: { grpcStatus: status.UNAUTHENTICATED, retry: "no" },
  CALL_WRONG_RECEIVER: { grpcStatus: status.UNAUTHENTICATED, retry: "no" },
  CALL_OUT_OF_TIME: { grpcStatus: status.UNAUTHENTICATED, retry: "after" },
  CALL_REPLAYED: { grpcStatus: status.UNAUTHENTICATED, retry: "yes" },
  CALL_BODY_MISMATCH: { grpcStatus: status.UNAUTHENTICATED, retry: "no" },
  CALL_BODY_TOO_SLOW: { grpcStatus: status.DEADLINE_EXCEEDED, retry: "yes" },
  CALL_NOT_ALLOWED: { grpcStatus: status.PERMISSION_DENIED, retry: "after" },
  CALL_RATE_LIMITED: { grpcStatus: status.RESOURCE_EXHAUSTED, retry: "after" },
  CALL_OVERLOADED: { grpcStatus: status.UNAVAILABLE, retry: "after" },
  CALL_STREAM_TOO_LONG: { grpcStatus: status.DEADLINE_EXCEEDED, retry: "no" },
  CALL_STOPPING: { grpcStatus: status.UNAVAILABLE, retry: "yes" },
  CALL_BAD_REQUEST: { grpcStatus: status.INVALID_ARGUMENT, retry: "no" },
  CALL_NOT_FOUND: { grpcStatus: status.NOT_FOUND, retry: "no" },
  CALL_FAILED: { grpcStatus: status.INTERNAL, retry: "yes" },
} as const satisfies Record<string, RefusalRule>;

export type RefusalCode = keyof typeof REFUSALS;

/** A coded refusal: a handler or policy throws or returns it, the caller gets its code and hint in trailers. */
export class Refusal extends GanglionError<RefusalCode> {
  /** When a retry can help, ms from now. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: RefusalCode,
    message: string,
    retryAfterMs?: number,
    options?: { readonly cause?: unknown },
  ) {
    super(code, message, retryAfterMs === undefined ? {} : { retryAfterMs }, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * How a failure goes to the caller. A Refusal as its table says; any other GanglionError with its own code, as
 * UNAVAILABLE with the hint if its data has `retryAfterMs`, INVALID_ARGUMENT if it is about the message (WIRE_*) and FAILED_PRECONDITION otherwise; all else as
 * CALL_FAILED without a word of what is inside.
 */
export function statusOfError(error: unknown): StatusObject {
  const metadata = new Metadata();
  if (!(error instanceof GanglionError)) {
    metadata.set(CODE_TRAILER, "CALL_FAILED");
    return { code: status.INTERNAL, details: "the server failed; its log says why", metadata };
  }
  const ownCode = String(error.code);
  metadata.set(CODE_TRAILER, ownCode);
  if (error instanceof Refusal) {
    if (error.retryAfterMs !== undefined) metadata.set(RETRY_TRAILER, String(Math.ceil(error.retryAfterMs)));
    const { grpcStatus } = REFUSALS[error.code];
    return { code: grpcStatus, details: error.message, metadata };
  }
  const hint = error.data["retryAfterMs"];
  if (typeof hint === "number") {
    metadata.set(RETRY_TRAILER, String(Math.ceil(hint)));
    return { code: status.UNAVAILABLE, details: error.message, metadata };
  }
  const code = ownCode.startsWith("WIRE_") ? status.INVALID_ARGUMENT : status.FAILED_PRECONDITION;
  return { code, details: error.message, metadata };
}
