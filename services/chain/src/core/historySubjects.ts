import type { LedgerEvent } from "@ganglion/types";

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

function subjectOf(event: LedgerEvent): HistorySubject | undefined {
  if (event.kind === "PoolPaid") return { kind: "pool", index: event.pool };
  const isChange =
    event.kind === "StakeCounted" || event.kind === "StakeUnbonding" || event.kind === "StakeMoved";
  return isChange ? { kind: "address", address: event.address } : undefined;
}
