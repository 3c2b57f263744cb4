/** Every subject of ledger events starts with it; the version is that of the envelope. */
export const EVENT_SUBJECT_PREFIX = "chain.v1";

/** Matches the subjects of all kinds. */
export const ALL_EVENT_SUBJECTS = `${EVENT_SUBJECT_PREFIX}.>`;

/** Where events of a kind are published, for example `chain.v1.EpochFinished`. */
export function eventSubject(kind: string): string {
  return `${EVENT_SUBJECT_PREFIX}.${kind}`;
}
