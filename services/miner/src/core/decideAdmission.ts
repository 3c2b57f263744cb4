export type Demand = {
  readonly contexts: number;
  /** Bytes that the model would read. */
  readonly bytes: number;
  /** Time that the caller leaves, or undefined for as long as the server allows. */
  readonly deadlineInMs: number | undefined;
};

export type Load = {
  readonly queuedContexts: number;
  readonly queuedByCaller: number;
  readonly queuedBytes: number;
  /** Bytes of the batch that runs now. */
  readonly runningBytes: number;
  /** Moving average of the time one byte takes; 0 before the first forward. */
  readonly msPerByte: number;
};

export type AdmissionLimits = {
  readonly queuedContexts: number;
  readonly queuedPerCaller: number;
  readonly waitMs: number;
};

type AdmissionRefusal = "MINER_QUEUE_FULL" | "MINER_CALLER_QUEUE_FULL" | "MINER_WAIT_TOO_LONG";

export type Admission =
  | { readonly kind: "admit"; readonly expectedWaitMs: number }
  | { readonly kind: "refuse"; readonly code: AdmissionRefusal; readonly retryAfterMs: number };

const LEAST_RETRY_MS = 10;

/**
 * Takes a request only if it fits the queue and would be answered in time, so that under overload work is
 * refused at once instead of being done too late. The retry hint is when enough of the queue should be done.
 */
export function decideAdmission(demand: Demand, load: Load, limits: AdmissionLimits): Admission {
  const queueMs = (load.queuedBytes + load.runningBytes) * load.msPerByte;
  const refuse = (code: AdmissionRefusal, retryAfterMs: number): Admission => ({
    kind: "refuse",
    code,
    retryAfterMs: Math.max(LEAST_RETRY_MS, Math.ceil(retryAfterMs)),
  });
  if (load.queuedByCaller + demand.contexts > limits.queuedPerCaller)
    return refuse("MINER_CALLER_QUEUE_FULL", queueMs);
  if (load.queuedContexts + demand.contexts > limits.queuedContexts)
    return refuse("MINER_QUEUE_FULL", queueMs);
  const expectedWaitMs = queueMs + demand.bytes * load.msPerByte;
  const allowedMs = Math.min(limits.waitMs, demand.deadlineInMs ?? limits.waitMs);
  if (load.queuedContexts + load.runningBytes > 0 && expectedWaitMs > allowedMs)
    return refuse("MINER_WAIT_TOO_LONG", expectedWaitMs - allowedMs);
  return { kind: "admit", expectedWaitMs };
}
