import { encodeEvent } from "@ganglion/events";
import type { BlockResult, LedgerState } from "@ganglion/ledger";
import { stateRows } from "@ganglion/ledger";
import type { chain } from "@ganglion/wire";
import { historyEntries } from "../core/historySubjects.ts";
import type { CommitRecord } from "../io/store.ts";
import type { DecidedBlock } from "./application.ts";

/** What a block leaves in the store, from the state before it and what executing it gave. */
export function buildRecord(block: DecidedBlock, before: LedgerState, result: BlockResult): CommitRecord {
  const { height } = block;
  return {
    block,
    stateRoot: result.root,
    rows: stateRows(before, result.state),
    receipts: result.receipts.map((receipt) => ({ ...receipt, height })),
    events: toEvents(height, result.events),
    history: historyEntries(result.events),
    ...(result.epochRecord && { epochRecord: result.epochRecord }),
  };
}

export function toEvents(height: number, events: BlockResult["events"]): chain.Event[] {
  return events.map((event, index) => ({ height, index, ...encodeEvent(event) }));
}
