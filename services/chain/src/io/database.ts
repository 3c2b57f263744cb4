import { GanglionError } from "@ganglion/types";
import { open, type RootDatabase, type RootDatabaseOptionsWithPath } from "lmdb";

export const TABLES = [
  "meta",
  "state",
  "blocks",
  "results",
  "transactions",
  "events",
  "epochs",
  "history",
] as const;
type Table = (typeof TABLES)[number];

/** What to do about a store that cannot be read, in every message that says so. */
export const RESTORE_STORE =
  "restore data.mdb as docs/operations/chain.md says, never an older priv_validator_state.json";

export type WriteBatch = {
  readonly put: (table: Table, key: Uint8Array, value: Uint8Array) => void;
  readonly remove: (table: Table, key: Uint8Array) => void;
};

type Entry = { readonly key: Uint8Array; readonly value: Uint8Array };

type RangeOptions = {
  readonly from?: Uint8Array;
  /** Below this key. */
  readonly to?: Uint8Array;
  readonly limit?: number;
  /** Goes down from `from` instead, to above this key. */
  readonly downTo?: Uint8Array;
};

/** Ordered byte tables with one writer; what `write` did is all there or not at all, whatever ends the process. */
export type Database = {
  readonly get: (table: Table, key: Uint8Array) => Uint8Array | undefined;
  /** Entries from a key on (inclusive), in the order of the key's bytes; the bytes are the caller's own. */
  readonly range: (table: Table, options?: RangeOptions) => Entry[];
  /** Returns after the data is on disk. @throws GanglionError CHAIN_STORE_WRITE_FAILED, nothing is changed then */
  readonly write: (fill: (batch: WriteBatch) => void) => void;
  readonly close: () => Promise<void>;
};

/**
 * Opens the LMDB environment in a folder that exists.
 * @throws GanglionError CHAIN_STORE_UNREADABLE
 */
export function openDatabase(path: string): Database {
  const options: RootDatabaseOptionsWithPath = {
    path,
    maxDbs: TABLES.length,
    keyEncoding: "binary",
    encoding: "binary",
    // A commit is on disk before it is announced; lmdb's default lets the flush come later.
    overlappingSync: false,
    noSubdir: false,
  };
  const { root, tables } = attempt(path, () => {
    const root: RootDatabase<Uint8Array, Uint8Array> = open(options);
    const table = (name: Table) =>
      root.openDB<Uint8Array, Uint8Array>({ name, keyEncoding: "binary", encoding: "binary" });
    const tables = new Map(TABLES.map((name) => [name, table(name)]));
    return { root, tables };
  });
  const tableOf = (name: Table) => {
    const table = tables.get(name);
    if (table === undefined) throw new GanglionError("CHAIN_STORE_UNREADABLE", `no table ${name}`);
    return table;
  };
  const batch: WriteBatch = {
    put: (table, key, value) => tableOf(table).putSync(key, value),
    remove: (table, key) => void tableOf(table).removeSync(key),
  };
  return {
    get: (table, key) => attempt(path, () => copy(tableOf(table).getBinary(key))),
    range: (table, { from, to, limit, downTo } = {}) =>
      attempt(path, () => {
        const bounds = {
          ...(from && { start: from }),
          ...(to && { end: to }),
          ...(downTo && { end: downTo, reverse: true }),
          ...(limit !== undefined && { limit }),
        };
        return Array.from(tableOf(table).getRange(bounds), ({ key, value }) => ({
          key: Uint8Array.from(key),
          value: Uint8Array.from(value),
        }));
      }),
    write: (fill) => commit(path, root, () => fill(batch)),
    close: () => root.close(),
  };
}

function copy(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : Uint8Array.from(bytes);
}

function commit(path: string, root: RootDatabase<Uint8Array, Uint8Array>, fill: () => void): void {
  try {
    root.transactionSync(fill);
  } catch (cause) {
    throw new GanglionError(
      "CHAIN_STORE_WRITE_FAILED",
      `cannot write to ${path} (${String(cause)}): free disk space or make the folder writable, then start again; all blocks before are safe`,
      { path },
      { cause },
    );
  }
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new GanglionError(
      "CHAIN_STORE_UNREADABLE",
      `cannot read the store in ${path} (${String(cause)}): ${RESTORE_STORE}`,
      { path },
      { cause },
    );
  }
}
