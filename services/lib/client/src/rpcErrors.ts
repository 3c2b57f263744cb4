import { GanglionError } from "@ganglion/types";
import { type ServiceError, status } from "@grpc/grpc-js";

/** The node did not answer or could not: another one, or the same one later, may. */
const TRANSIENT: readonly number[] = [
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.CANCELLED,
  status.RESOURCE_EXHAUSTED,
];

export function isTransient(error: unknown): boolean {
  return isServiceError(error) && TRANSIENT.includes(error.code) && codeOf(error) === undefined;
}

/** What a caller is told: the node's own code where it gave one. */
export function translateError(error: unknown, endpoint: string): GanglionError {
  const coded: GanglionError | undefined = error instanceof GanglionError ? error : undefined;
  if (coded !== undefined) return coded;
  if (!isServiceError(error))
    return new GanglionError("CLIENT_CALL_FAILED", String(error), { endpoint }, { cause: error });
  const code = codeOf(error) ?? "CLIENT_CALL_FAILED";
  return new GanglionError(
    code,
    error.details || error.message,
    { endpoint, status: error.code },
    { cause: error },
  );
}

export function aborted(cause?: unknown): GanglionError {
  return new GanglionError("CLIENT_ABORTED", "the call was stopped by its caller", {}, { cause });
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && typeof error.code === "number" && "metadata" in error;
}

function codeOf(error: ServiceError): string | undefined {
  const value = error.metadata?.get("ganglion-code")[0];
  return value === undefined ? undefined : String(value);
}
