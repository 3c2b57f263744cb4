import { GanglionError } from "@ganglion/types";

/** Why a miner refuses a request; `retry` says whether the same request may pass later. */
const REFUSALS = {
  MINER_BAD_REQUEST: { retry: "no", message: "the request is malformed or beyond a limit: see `reason`" },
  MINER_CALLER_QUEUE_FULL: { retry: "after", message: "too many contexts of this caller wait already" },
  MINER_CANCELLED: { retry: "no", message: "the caller went away" },
  MINER_MODEL_CHANGED: { retry: "after", message: "the model changed while the request was answered" },
  MINER_NO_MODEL: { retry: "after", message: "this miner has no model yet" },
  MINER_QUEUE_FULL: { retry: "after", message: "the queue is full" },
  MINER_WAIT_TOO_LONG: { retry: "after", message: "the answer would come too late" },
} as const satisfies Record<string, { retry: "no" | "after"; message: string }>;

export type RefusalCode = keyof typeof REFUSALS;

/** A coded refusal; `retryAfterMs` becomes the caller's retry hint. */
export function refusal(code: RefusalCode, facts: RefusalFacts = {}): GanglionError<RefusalCode> {
  const { message } = REFUSALS[code];
  return new GanglionError(code, facts.reason === undefined ? message : `${message}: ${facts.reason}`, facts);
}

type RefusalFacts = { readonly reason?: string; readonly retryAfterMs?: number };
