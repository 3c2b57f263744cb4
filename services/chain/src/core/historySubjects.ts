import type { LedgerEvent } from "@ganglion/types";

/** Kinds of events that change an address' shares. */
const CHANGES: ReadonlySet<string> = new Set(["StakeCounted", "StakeUnbonding", "StakeMoved", "StakeBurned"]);

/** Whose history: a pool's payments, or an address' changes of stake. */
export type HistorySubject =
  | { readonly kind: "pool"; readonly index: number }
  | { readonly kind: "address"; readonly address: Uint8Array };

/** An event of a block, by its place in it, that a history names. */
export type HistoryEntry = { readonly subject: HistorySubject; readonly index: number };

/** What a block adds to histories. */
export function historyEntries(events: readonly LedgerEvent[]): readonly HistoryEntry[] {
  return events.flatMap((event, index) => {
    const subject = subjectOf(event);
    return subject === undefined ? [] : [{ subject, index }];
  });
}

/** What of an event says whose history it is in. */
export type SubjectFacts = { readonly kind: string; readonly pool?: number; readonly address?: Uint8Array };

/** Undefined: no history names it. */
export function subjectOf({ kind, pool, address }: SubjectFacts): HistorySubject | undefined {
  if (kind === "PoolPaid" && pool !== undefined) return { kind: "pool", index: pool };
  return CHANGES.has(kind) && address !== undefined ? { kind: "address", address } : undefined;
}
