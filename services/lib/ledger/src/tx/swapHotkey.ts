import { addressOfKey, asUid, equalBytes } from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import { ensureAccount } from "../state/accounts.ts";
import { findNeuronOfHotkey, indexNeuron } from "../state/neurons.ts";
import { findPoolOfHotkey, indexPool, ownsPool, patchPool, poolOfHotkey } from "../state/pools.ts";
import { positionsOf } from "../state/positions.ts";
import { followSwap } from "../state/proposals.ts";
import { patchRow } from "../state/rows.ts";
import { clearCommits } from "../state/slots.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Rule SLOT-1: pool, slot, bonds, weights, jail and consensus key go on under another hotkey. */
export const swapHotkey: TransactionRule<"swapHotkey"> = {
  lane: "consensus",
  paysFee: () => true,
  check,
  apply,
};

function check({ state }: CheckView, { tx, action }: Priced<"swapHotkey">): Rejection | undefined {
  const pool = findPoolOfHotkey(state, action.hotkey);
  if (pool === undefined) return reject("STAKE_UNKNOWN_HOTKEY");
  if (!equalBytes(pool.owner, tx.body.sender)) return reject("STAKE_NOT_OWNER");
  if (findPoolOfHotkey(state, action.newHotkey) !== undefined) return reject("SWAP_HOTKEY_TAKEN");
  const address = addressOfKey(action.newHotkey);
  if (equalBytes(address, pool.owner) || ownsPool(state, address)) return reject("REGISTER_HOTKEY_IS_OWNER");
  return positionsOf(state, address).length > 0 ? reject("REGISTER_HOTKEY_HAS_STAKE") : undefined;
}

function apply({ state, emit }: Execution, { action }: Priced<"swapHotkey">): void {
  const { hotkey, newHotkey } = action;
  const pool = poolOfHotkey(state, hotkey);
  const neuron = findNeuronOfHotkey(state, hotkey);
  patchPool(state, pool, { hotkey: newHotkey });
  indexPool(state.lookup, { hotkey: newHotkey, owner: pool.owner }, pool.index);
  ensureAccount(state, addressOfKey(newHotkey));
  followSwap(state, hotkey, newHotkey);
  if (neuron !== undefined) {
    patchRow(state, "neurons", neuron.uid, { hotkey: newHotkey });
    indexNeuron(state.lookup, newHotkey, neuron.uid);
    clearCommits(state, neuron.uid);
  }
  emit({
    kind: "HotkeySwapped",
    ...(neuron !== undefined && { uid: asUid(neuron.uid) }),
    hotkey,
    newHotkey,
  });
}
