import { type AddressBytes, asSpikes, type Hotkey, type UnbondingRow } from "@ganglion/types";
import { creditAccount } from "../state/accounts.ts";
import { patchRow, readRows, truncateRows } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";

/** Rule STAKE-5: stake becomes liquid at the first boundary after both its blocks and its time. */
export function processUnbonding({ state, height, timeMs, emit }: Execution): void {
  const rows = readRows(state, "unbondings");
  const isDue = (row: UnbondingRow): boolean => height >= row.releaseHeight && timeMs >= row.releaseTimeMs;
  const kept = rows.filter((row) => !isDue(row));
  if (kept.length === rows.length) return;
  for (const row of rows.filter(isDue)) {
    const address = row.address as AddressBytes;
    creditAccount(state, address, row.amount);
    emit({ kind: "StakeReleased", hotkey: row.hotkey as Hotkey, address, amount: asSpikes(row.amount) });
  }
  kept.forEach((row, index) => {
    if (rows[index] !== row) patchRow(state, "unbondings", index, row);
  });
  truncateRows(state, "unbondings", kept.length);
}
