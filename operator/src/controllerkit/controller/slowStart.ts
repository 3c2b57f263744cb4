import { kubeError } from "../api/kubeError.ts";

/** How far a batch came. */
export type SlowStartResult = {
  readonly succeeded: number;
  /** The first error; none of the later batches was started. */
  readonly error?: Error;
};

/** Four times what the transport has in flight: more would only wait in its line. */
const LARGEST_BATCH = 128;

/**
 * Does the same to many items in batches of 1, 2, 4, ... at once, and starts no further batch after the first
 * error: a mistake that every item would meet (a quota, a bad template) costs one call, not thousands. Does not
 * throw and does not retry: the reconciler throws the error, and the next call goes on with what is left.
 */
export async function slowStart<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<unknown>,
  signal: AbortSignal,
): Promise<SlowStartResult> {
  let succeeded = 0;
  for (let from = 0, size = 1; from < items.length; size = Math.min(size * 2, LARGEST_BATCH)) {
    if (signal.aborted) return { succeeded, error: kubeError("KUBE_STOPPED", "a batch was cut short") };
    const batch = items.slice(from, from + size);
    const outcomes = await Promise.allSettled(batch.map((item) => act(item)));
    succeeded += outcomes.filter(({ status }) => status === "fulfilled").length;
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    if (failure !== undefined) return { succeeded, error: asError(failure.reason) };
    from += batch.length;
  }
  return { succeeded };
}

function asError(reason: unknown): Error {
  return reason instanceof Error
    ? reason
    : kubeError("KUBE_BAD_REQUEST", `a batch failed: ${String(reason)}`);
}
