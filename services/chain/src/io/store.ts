import type { EpochRecord, StateRow } from "@ganglion/ledger";
import { bytesToHex, equalBytes, GanglionError } from "@ganglion/types";
import { chain } from "@ganglion/wire";
import type { HistoryEntry, HistorySubject } from "../core/historySubjects.ts";
import type { DecidedBlock } from "../engine/application.ts";
import { decodeBlock, encodeBlock } from "./blockCodec.ts";
import { type Database, RESTORE_STORE, type WriteBatch } from "./database.ts";
import { decodeEpoch, encodeEpoch } from "./epochCodec.ts";
import { storedSubject } from "./historyEvents.ts";
import {
  historyKey,
  historyPrefix,
  numberKey,
  type Position,
  positionKey,
  readNumberKey,
  readPositionKey,
  readStateKey,
  stateKey,
} from "./keys.ts";

/** Raise it when the meaning of stored bytes changes. */
const SCHEMA = 3;
const DEFAULT_EPOCHS_KEPT = 1_000;
const SCHEMA_KEY = Uint8Array.of(0);
const GENESIS_KEY = Uint8Array.of(1);
const HEAD_KEY = Uint8Array.of(2);
const PRUNED_AT_ONCE = 4;
/** Their keys begin with the height. */
const LOG_TABLES = ["blocks", "results", "events"] as const;
/** LMDB stores no empty value; the key says it all. */
const NOTHING = Uint8Array.of(0);

/** What one block leaves behind. */
export type CommitRecord = {
  readonly block: DecidedBlock;
  /** Root of the state after the block. */
  readonly stateRoot: Uint8Array;
  readonly rows: readonly StateRow[];
  readonly receipts: readonly chain.Receipt[];
  /** The outbox: consumers go on from height:index. */
  readonly events: readonly chain.Event[];
  /** Which events belong to whose history. */
  readonly history: readonly HistoryEntry[];
  readonly epochRecord?: EpochRecord;
};

export type GenesisRecord = {
  readonly genesisHash: Uint8Array;
  readonly timeMs: number;
  readonly stateRoot: Uint8Array;
  readonly rows: readonly StateRow[];
};

/** A state that came whole: by a snapshot, or rebuilt. */
export type StateRecord = {
  readonly genesisHash: Uint8Array;
  readonly head: Head;
  readonly rows: readonly StateRow[];
};

/** The last committed block; at height 0 genesis, whose block hash is the genesis hash. */
export type Head = {
  readonly height: number;
  readonly timeMs: number;
  readonly hash: Uint8Array;
  readonly stateRoot: Uint8Array;
};

export type StoreOptions = {
  /** Last epochs whose records are kept. Default 1,000. */
  readonly epochsKept?: number | undefined;
};

/** The ledger on disk: present state, log of blocks, receipts, events, records of epochs. */
export class ChainStore {
  private readonly database: Database;
  private readonly epochsKept: number;

  constructor(database: Database, options: StoreOptions = {}) {
    this.database = database;
    this.epochsKept = options.epochsKept ?? DEFAULT_EPOCHS_KEPT;
  }

  /** Undefined: nothing was ever stored. @throws GanglionError CHAIN_STORE_OTHER_GENESIS, CHAIN_STORE_OTHER_VERSION */
  head(genesisHash: Uint8Array): Head | undefined {
    const stored = this.database.get("meta", GENESIS_KEY);
    if (stored === undefined) return undefined;
    const schema = this.database.get("meta", SCHEMA_KEY)?.[0];
    if (schema !== SCHEMA)
      throw new GanglionError(
        "CHAIN_STORE_OTHER_VERSION",
        `the store has format ${schema}, this version reads ${SCHEMA}: use the version that wrote it, or begin a new ledger in another folder`,
      );
    if (!equalBytes(stored, genesisHash))
      throw new GanglionError(
        "CHAIN_STORE_OTHER_GENESIS",
        `the store belongs to genesis ${bytesToHex(stored)}, not ${bytesToHex(genesisHash)}: use the genesis file that it began with, or another folder`,
      );
    const head = this.database.get("meta", HEAD_KEY);
    const block = head && this.results(readNumberKey(head));
    if (block === undefined) throw corrupt("the last block is missing");
    const { height, timeMs, hash, stateRoot } = block;
    return { height, timeMs, hash, stateRoot };
  }

  /** All rows of the present state. */
  stateRows(): StateRow[] {
    return this.database.range("state").map(({ key, value }) => ({ ...readStateKey(key), value }));
  }

  commitGenesis({ genesisHash, timeMs, stateRoot, rows }: GenesisRecord): void {
    this.commitState({ genesisHash, rows, head: { height: 0, timeMs, hash: genesisHash, stateRoot } });
  }

  /** Makes a state the present one, in place of any other: the log goes on after it, and what is above it goes. */
  commitState({ genesisHash, head, rows }: StateRecord): void {
    const key = numberKey(head.height);
    const above = numberKey(head.height + 1);
    const old = this.database.range("state").map((entry) => entry.key);
    const stale = LOG_TABLES.flatMap((table) =>
      this.database.range(table, { from: above }).map((entry) => ({ table, key: entry.key })),
    );
    const histories = this.historyKeys({ from: above });
    this.database.write((batch) => {
      batch.put("meta", SCHEMA_KEY, Uint8Array.of(SCHEMA));
      batch.put("meta", GENESIS_KEY, genesisHash);
      for (const row of old) batch.remove("state", row);
      for (const entry of stale) batch.remove(entry.table, entry.key);
      for (const history of histories) batch.remove("history", history);
      putRows(batch, rows);
      if (this.results(head.height) === undefined)
        batch.put("results", key, chain.Block.encode(chain.Block.fromPartial(head)).finish());
      batch.put("meta", HEAD_KEY, key);
    });
  }

  /** One atomic step: after it all of the block is there, before it nothing. */
  commit(record: CommitRecord): void {
    const { block, receipts, events, history, epochRecord } = record;
    const key = numberKey(block.height);
    this.database.write((batch) => {
      putRows(batch, record.rows);
      batch.put("blocks", key, encodeBlock(block));
      batch.put("results", key, chain.Block.encode(resultsOf(record)).finish());
      for (const { transactionHash, index } of receipts)
        batch.put("transactions", transactionHash, positionKey({ height: block.height, index }));
      for (const event of events) batch.put("events", positionKey(event), chain.Event.encode(event).finish());
      for (const { subject, index } of history)
        batch.put("history", historyKey(subject, { height: block.height, index }), NOTHING);
      if (epochRecord !== undefined) this.putEpoch(batch, epochRecord);
      batch.put("meta", HEAD_KEY, key);
    });
  }

  /** A block of the log, for executing it again. */
  decidedBlock(height: number): DecidedBlock | undefined {
    const bytes = this.database.get("blocks", numberKey(height));
    return bytes && decodeStored(() => decodeBlock(bytes));
  }

  /** A block with its receipts. */
  block(height: number): chain.Block | undefined {
    const block = this.results(height);
    const transactions = this.decidedBlock(height)?.transactions ?? [];
    return block && { ...block, transactions: [...transactions] };
  }

  receipt(transactionHash: Uint8Array): chain.Receipt | undefined {
    const position = this.database.get("transactions", transactionHash);
    if (position === undefined) return undefined;
    const { height, index } = readPositionKey(position);
    return this.results(height)?.receipts.find((receipt) => receipt.index === index);
  }

  /** The oldest block whose events are all kept; undefined before the first block. */
  firstHeight(): number | undefined {
    const [oldest] = this.database.range("blocks", { limit: 1 });
    return oldest && readNumberKey(oldest.key);
  }

  /** Of a block; undefined where it is not kept. */
  timeMsAt(height: number): number | undefined {
    return this.results(height)?.timeMs;
  }

  /** Forgets blocks below a height with what they left, a few at a time, so that no block waits long for it. */
  prune(below: number): void {
    const first = this.firstHeight();
    if (first === undefined || first >= below) return;
    const end = Math.min(below, first + PRUNED_AT_ONCE);
    const bounds = { from: numberKey(first), to: numberKey(end) };
    const events = this.database.range("events", bounds).map(({ key }) => key);
    const histories = this.historyKeys(bounds);
    const heights = Array.from({ length: end - first }, (_, i) => first + i);
    const hashes = heights.flatMap((height) => this.results(height)?.receipts ?? []);
    this.database.write((batch) => {
      for (const key of events) batch.remove("events", key);
      for (const key of histories) batch.remove("history", key);
      for (const { transactionHash } of hashes) batch.remove("transactions", transactionHash);
      for (const height of heights) {
        batch.remove("results", numberKey(height));
        batch.remove("blocks", numberKey(height));
      }
    });
  }

  /** Events from a position on (inclusive), at most `limit`. */
  events(from: Position, limit: number): chain.Event[] {
    const entries = this.database.range("events", { from: positionKey(from), limit });
    return entries.map(({ value }) => decodeStored(() => chain.Event.decode(value)));
  }

  /** Events of a history, newest first, at most `limit`. */
  history(subject: HistorySubject, limit: number): chain.Event[] {
    const from = historyKey(subject, { height: Number.MAX_SAFE_INTEGER, index: 0 });
    const entries = this.database.range("history", { from, downTo: historyPrefix(subject), limit });
    return entries.flatMap(({ key }) => {
      const bytes = this.database.get("events", key.subarray(historyPrefix(subject).length));
      return bytes === undefined ? [] : [decodeStored(() => chain.Event.decode(bytes))];
    });
  }

  /** Undefined: not finished, or older than what is kept. */
  epochRecord(epoch: number): EpochRecord | undefined {
    const bytes = this.database.get("epochs", numberKey(epoch));
    return bytes && decodeStored(() => decodeEpoch(bytes));
  }

  close(): Promise<void> {
    return this.database.close();
  }

  private putEpoch(batch: WriteBatch, record: EpochRecord): void {
    batch.put("epochs", numberKey(record.epoch), encodeEpoch(record));
    // More than one where fewer are kept than before.
    for (let old = record.epoch - this.epochsKept; old >= 0; old--) {
      if (this.database.get("epochs", numberKey(old)) === undefined) return;
      batch.remove("epochs", numberKey(old));
    }
  }

  /** Of the events in a range, before they go. */
  private historyKeys(bounds: { readonly from: Uint8Array; readonly to?: Uint8Array }): Uint8Array[] {
    return this.database.range("events", bounds).flatMap(({ value }) => {
      const event = decodeStored(() => chain.Event.decode(value));
      const subject = storedSubject(event);
      return subject === undefined ? [] : [historyKey(subject, event)];
    });
  }

  private results(height: number): chain.Block | undefined {
    const bytes = this.database.get("results", numberKey(height));
    return bytes && decodeStored(() => chain.Block.decode(bytes));
  }
}

/** The state's own bytes disagree with what was committed. */
export function corrupt(what: string, cause?: unknown): GanglionError {
  return new GanglionError(
    "CHAIN_STORE_CORRUPT",
    `the store is damaged (${what}): ${RESTORE_STORE}`,
    {},
    { cause },
  );
}

function putRows(batch: WriteBatch, rows: readonly StateRow[]): void {
  for (const row of rows) {
    if (row.value === undefined) batch.remove("state", stateKey(row));
    else batch.put("state", stateKey(row), row.value);
  }
}

function resultsOf({ block, stateRoot, receipts }: CommitRecord): chain.Block {
  const { height, timeMs, hash, parentHash, proposer } = block;
  const transactions: Uint8Array[] = [];
  return { height, timeMs, hash, parentHash, proposer, stateRoot, transactions, receipts: [...receipts] };
}

function decodeStored<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw corrupt("a row cannot be read", cause);
  }
}
