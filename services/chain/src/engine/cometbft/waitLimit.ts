import type { GanglionError } from "@ganglion/types";

const TURN_MS = 1_000;

/**
 * Tells when this thread has waited for so long. Only time in which it was free counts: a turn that came late, since a
 * block was executed, is one turn, so that no work of its own, however long, brings the end nearer.
 * @returns how to end it before
 */
export function limitWait(limitMs: number, onLate: () => void): () => void {
  let turns = Math.ceil(limitMs / TURN_MS);
  const timer = setInterval(() => {
    if (--turns > 0) return;
    clearInterval(timer);
    onLate();
  }, TURN_MS);
  return () => clearInterval(timer);
}

/** What a promise gives in time. @throws the error of `late` else */
export async function waitAtMost<T>(
  limitMs: number,
  promise: Promise<T>,
  late: () => GanglionError,
): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const end = limitWait(limitMs, () => reject(late()));
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    end();
  }
}
