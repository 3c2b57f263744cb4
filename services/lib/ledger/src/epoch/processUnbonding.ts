import { type AddressBytes, asSpikes, type Hotkey } from "@ganglion/types";
import { creditAccount } from "../state/accounts.ts";
import { poolAt } from "../state/pools.ts";
import { removeRows } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";

/** Rule STAKE-5: stake becomes liquid at the first boundary after both its blocks and its time. */
export function processUnbonding({ state, height, timeMs, emit }: Execution): void {
  const due = removeRows(
    state,
    "unbondings",
    (row) => height >= row.releaseHeight && timeMs >= row.releaseTimeMs,
  );
  for (const row of due) {
    const address = row.address as AddressBytes;
    const hotkey = poolAt(state, row.pool).hotkey as Hotkey;
    creditAccount(state, address, row.amount);
    emit({ kind: "StakeReleased", hotkey, address, amount: asSpikes(row.amount) });
  }
}
