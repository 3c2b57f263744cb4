import { BACKING_BYTES, equalBytes, POWER_HISTORY_LIMIT } from "@ganglion/types";
import type { LedgerState } from "./ledgerState.ts";
import { poolAt } from "./pools.ts";
import { patchRow, pushRow, type RowOf, readRows, removeRows, rowCount } from "./rows.ts";

const KEY_BYTES = 32;

/** The stake behind one key of the engine's set. */
type Backing = { readonly consensusKey: Uint8Array; readonly pool: number; readonly backing: bigint };

/** A backing and where it stands. */
export type FoundBacking = Backing & { readonly row: number; readonly entry: number };

type HistoryRow = RowOf<"powerHistory">;

/** Rule EVID-2: writes down what backs each key that has power from now on. */
export function pushPowerHistory(
  state: LedgerState,
  at: Pick<HistoryRow, "epoch" | "firstHeight" | "startTimeMs">,
): void {
  const backings = readRows(state, "consensusKeys")
    .filter(({ power }) => power > 0n)
    .map(({ consensusKey, pool }) => ({ consensusKey, pool, backing: poolAt(state, pool).amount }));
  if (rowCount(state, "powerHistory") >= POWER_HISTORY_LIMIT) {
    const oldest = Math.min(...readRows(state, "powerHistory").map(({ firstHeight }) => firstHeight));
    removeRows(state, "powerHistory", ({ firstHeight }) => firstHeight === oldest);
  }
  pushRow(state, "powerHistory", { ...at, entries: encodeBackings(backings) });
}

/** What backed a key when it could vote on a height; undefined: it could not, or nobody remembers. */
export function findBacking(
  state: LedgerState,
  consensusKey: Uint8Array,
  height: number,
): FoundBacking | undefined {
  let row = -1;
  let firstHeight = 0;
  const rows = readRows(state, "powerHistory");
  rows.forEach((candidate, index) => {
    if (candidate.firstHeight > height || candidate.firstHeight <= firstHeight) return;
    row = index;
    firstHeight = candidate.firstHeight;
  });
  const backings = decodeBackings(rows[row]?.entries ?? new Uint8Array(0));
  const entry = backings.findIndex((backing) => equalBytes(backing.consensusKey, consensusKey));
  const found = backings[entry];
  return found && { ...found, row, entry };
}

/** Rule EVID-3: what was burned once is not there a second time. */
export function clearBacking(state: LedgerState, { row, entry }: FoundBacking): void {
  const entries = readRows(state, "powerHistory")[row]?.entries ?? new Uint8Array(0);
  const backings = decodeBackings(entries).map((backing, index) =>
    index === entry ? { ...backing, backing: 0n } : backing,
  );
  patchRow(state, "powerHistory", row, { entries: encodeBackings(backings) });
}

/** Keys that evidence can still name. */
export function rememberedKeys(state: LedgerState): readonly Uint8Array[] {
  return readRows(state, "powerHistory").flatMap(({ entries }) =>
    decodeBackings(entries).map(({ consensusKey }) => consensusKey),
  );
}

function encodeBackings(backings: readonly Backing[]): Uint8Array {
  const bytes = new Uint8Array(backings.length * BACKING_BYTES);
  const view = new DataView(bytes.buffer);
  backings.forEach(({ consensusKey, pool, backing }, index) => {
    const at = index * BACKING_BYTES;
    bytes.set(consensusKey, at);
    view.setUint32(at + KEY_BYTES, pool, true);
    view.setBigUint64(at + KEY_BYTES + 4, backing, true);
  });
  return bytes;
}

function decodeBackings(bytes: Uint8Array): Backing[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / BACKING_BYTES) }, (_, index) => {
    const at = index * BACKING_BYTES;
    return {
      consensusKey: bytes.slice(at, at + KEY_BYTES),
      pool: view.getUint32(at + KEY_BYTES, true),
      backing: view.getBigUint64(at + KEY_BYTES + 4, true),
    };
  });
}
