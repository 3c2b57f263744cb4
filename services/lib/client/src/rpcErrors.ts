import { GanglionError } from "@ganglion/types";

/** The node did not answer or could not: another one, or the same one later, may. */
const TRANSIENT: readonly unknown[] = ["UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "RESOURCE_EXHAUSTED"];

/** Whether to try again; what a node refused for good is the caller's to know. */
export function isTransient(error: unknown): boolean {
  return error instanceof GanglionError && TRANSIENT.includes(error.data["status"]);
}

export function aborted(cause?: unknown): GanglionError {
  return new GanglionError("CLIENT_ABORTED", "the call was stopped by its caller", {}, { cause });
}
