import type { AddressBytes, Hotkey } from "@ganglion/types";
import type { LedgerState } from "../state/ledgerState.ts";
import { findPoolOfHotkey, poolAt } from "../state/pools.ts";

/** A pool by its index, which survives a swap of the hotkey. */
export type PoolView = { readonly index: number; readonly hotkey: Hotkey; readonly owner: AddressBytes };

/** @param pool its index, or its present hotkey; undefined: nobody registered that hotkey */
export function readPool(state: LedgerState, pool: number | Uint8Array): PoolView | undefined {
  const found = typeof pool === "number" ? poolAt(state, pool) : findPoolOfHotkey(state, pool);
  return found && { index: found.index, hotkey: found.hotkey as Hotkey, owner: found.owner as AddressBytes };
}
