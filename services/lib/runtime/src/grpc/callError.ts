import { GanglionError } from "@ganglion/types";
import { type Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { CODE_TRAILER, RETRY_TRAILER } from "./refusal.ts";

/** The server may be a stranger's: what it calls its refusal goes into logs and reports. */
const CODE = /^[A-Z][A-Z0-9_]{2,63}$/;

/**
 * A failed call as an error with a stable code: the server's `ganglion-code` where it gave a well-formed one, else
 * `GRPC_<STATUS>`, for example GRPC_UNAVAILABLE or GRPC_DEADLINE_EXCEEDED. `data` has status, method, target
 * and retryAfterMs.
 */
export function callError(error: ServiceError, method: string, target: string): GanglionError {
  const statusName = status[error.code] ?? "UNKNOWN";
  const given = trailer(error.metadata, CODE_TRAILER);
  const code = given !== undefined && CODE.test(given) ? given : `GRPC_${statusName}`;
  const hint = Number(trailer(error.metadata, RETRY_TRAILER));
  const data = { status: statusName, method, target, ...(hint >= 0 ? { retryAfterMs: hint } : {}) };
  return new GanglionError(code, error.details || error.message, data, { cause: error });
}

/** The server's hint when to come again, ms from now, if the error carries one. */
export function retryAfterMs(error: unknown): number | undefined {
  const hint = error instanceof GanglionError ? error.data["retryAfterMs"] : undefined;
  return typeof hint === "number" ? hint : undefined;
}

function trailer(metadata: Metadata | undefined, name: string): string | undefined {
  const value = metadata?.get(name)[0];
  return typeof value === "string" ? value : undefined;
}
