import { EMPTY_ROW, type SparseRow } from "../consensus/sparseRow.ts";

const ENTRY_BYTES = 4;

/** Bonds of a slot from state: (uid u16 LE, bond u16 LE). */
export function decodeBonds(bytes: Uint8Array): SparseRow {
  if (bytes.length === 0) return EMPTY_ROW;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.length / ENTRY_BYTES);
  const uids = new Uint16Array(count);
  const values = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    uids[i] = view.getUint16(i * ENTRY_BYTES, true);
    values[i] = view.getUint16(i * ENTRY_BYTES + 2, true);
  }
  return { uids, values };
}

export function encodeBonds({ uids, values }: SparseRow): Uint8Array {
  const kept: (readonly [number, number])[] = [];
  uids.forEach((uid, i) => {
    const value = values[i] ?? 0;
    if (value > 0) kept.push([uid, value]);
  });
  const bytes = new Uint8Array(kept.length * ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  kept.forEach(([uid, value], i) => {
    view.setUint16(i * ENTRY_BYTES, uid, true);
    view.setUint16(i * ENTRY_BYTES + 2, value, true);
  });
  return bytes;
}
