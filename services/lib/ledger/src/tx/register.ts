import {
  type AddressBytes,
  addressOfKey,
  asSpikes,
  asUid,
  equalBytes,
  type Hotkey,
  meetsDifficulty,
  RECENT_BLOCKS,
  type RegisterAction,
  workSeal,
} from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import { balanceOf, debitAccount, ensureAccount } from "../state/accounts.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { findNeuronOfHotkey, isVacant, newNeuron } from "../state/neurons.ts";
import { ensurePool, findPool, findPoolOfHotkey, ownsPool } from "../state/pools.ts";
import { positionsOf } from "../state/positions.ts";
import { readStruct, writeStruct } from "../state/rows.ts";
import { fillSlot, findFreeSlot } from "../state/slots.ts";
import { recycle } from "../state/supply.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** An interval takes at most this many times its target (rule REG-5). */
const INTERVAL_TARGETS = 3;

/** Rules REG-1 to REG-6 and REG-8. */
export const register: TransactionRule<"register"> = {
  lane: "registration",
  paysFee: (action) => action.proof.kind === "burn",
  check,
  apply,
};

/** Registrations that the present interval still takes. */
export function registrationsLeft({ state, params }: Pick<CheckView, "state" | "params">): number {
  const { workCount, burnCount } = readStruct(state, "registration");
  return Math.max(0, INTERVAL_TARGETS * params.targetRegistrationsPerInterval - workCount - burnCount);
}

function check(view: CheckView, priced: Priced<"register">): Rejection | undefined {
  const { state, params, height } = view;
  return (
    checkKeys(state, priced.action) ??
    checkRate(view) ??
    checkSlot() ??
    (priced.action.proof.kind === "work" ? checkWork(view, priced) : checkBurn(view, priced))
  );

  function checkSlot(): Rejection | undefined {
    const slot = findFreeSlot(state, height, params);
    if (slot.kind !== "none") return undefined;
    return reject("REGISTER_ALL_IMMUNE", `the next is free at ${slot.nextFreeHeight ?? "no known height"}`);
  }
}

function checkKeys(state: LedgerState, { hotkey, owner }: RegisterAction): Rejection | undefined {
  if (findNeuronOfHotkey(state, hotkey) !== undefined) return reject("REGISTER_ALREADY");
  const address = addressOfKey(hotkey);
  if (equalBytes(owner, address) || findPool(state, owner) !== undefined)
    return reject("REGISTER_OWNER_IS_HOTKEY");
  if (ownsPool(state, address)) return reject("REGISTER_HOTKEY_IS_OWNER");
  if (positionsOf(state, address).length > 0) return reject("REGISTER_HOTKEY_HAS_STAKE");
  const pool = findPoolOfHotkey(state, hotkey);
  return pool !== undefined && !equalBytes(pool.owner, owner) ? reject("REGISTER_OWNER_FIXED") : undefined;
}

function checkRate(view: CheckView): Rejection | undefined {
  if (readStruct(view.state, "registration").lastHeight === view.height)
    return reject("REGISTER_BLOCK_TAKEN");
  return registrationsLeft(view) === 0 ? reject("REGISTER_INTERVAL_FULL") : undefined;
}

function checkWork(view: CheckView, { tx, action }: Priced<"register">): Rejection | undefined {
  const { state, params, height } = view;
  const { proof, hotkey } = action;
  if (proof.kind !== "work") return undefined;
  if (!equalBytes(tx.body.sender, addressOfKey(hotkey))) return reject("REGISTER_WORK_SENDER");
  if (proof.height >= height || height - proof.height > params.workValidBlocks)
    return reject("REGISTER_WORK_STALE", `block ${proof.height} at ${height}`);
  const seal = sealOf(state, hotkey, proof);
  if (!meetsDifficulty(seal, readStruct(state, "registration").difficulty))
    return reject("REGISTER_WORK_LOW");
  for (let i = 0; i < RECENT_BLOCKS; i++)
    if (equalBytes(state.view.usedWork.getReadonly(i), seal)) return reject("REGISTER_WORK_USED");
  return undefined;
}

function checkBurn({ state }: CheckView, { tx, action, fee }: Priced<"register">): Rejection | undefined {
  const price = readStruct(state, "registration").burnPrice;
  if (action.proof.kind === "burn" && price > action.proof.maxPrice)
    return reject("REGISTER_PRICE_ABOVE_LIMIT", `the price is ${price}`);
  return balanceOf(state, tx.body.sender) < price + fee
    ? reject("TX_INSUFFICIENT_BALANCE", `the burn price is ${price}`)
    : undefined;
}

function apply({ state, params, height, emit }: Execution, { tx, action }: Priced<"register">): void {
  const { hotkey, owner, proof } = action;
  const before = readStruct(state, "registration");
  const price = proof.kind === "burn" ? before.burnPrice : 0n;
  if (price > 0n) {
    debitAccount(state, tx.body.sender, price);
    recycle(state, price);
  }
  if (proof.kind === "work") state.view.usedWork.set(height % RECENT_BLOCKS, sealOf(state, hotkey, proof));
  writeStruct(state, "registration", {
    lastHeight: height,
    workCount: before.workCount + (proof.kind === "work" ? 1 : 0),
    burnCount: before.burnCount + (proof.kind === "burn" ? 1 : 0),
  });
  const slot = findFreeSlot(state, height, params);
  const replaced = slot.kind === "replace" ? slot.neuron : undefined;
  if (replaced !== undefined && !isVacant(replaced))
    emit({ kind: "NeuronPruned", uid: asUid(replaced.uid), hotkey: replaced.hotkey as Hotkey });
  const uid = asUid(enterSlot(state, replaced?.uid, { hotkey, owner, height }));
  emit({ kind: "NeuronRegistered", uid, hotkey, owner, by: proof.kind, price: asSpikes(price) });
}

/** Gives a hotkey its slot, its pool and, with its owner, an account row. Genesis uses it too. */
export function enterSlot(
  state: LedgerState,
  uid: number | undefined,
  entry: { readonly hotkey: Hotkey; readonly owner: AddressBytes; readonly height: number },
): number {
  ensurePool(state, entry.hotkey, entry.owner);
  ensureAccount(state, addressOfKey(entry.hotkey));
  ensureAccount(state, entry.owner);
  return fillSlot(state, uid, newNeuron(entry.hotkey, entry.height));
}

function sealOf(
  state: LedgerState,
  hotkey: Hotkey,
  proof: { readonly height: number; readonly nonce: bigint },
): Uint8Array {
  const blockHash = state.view.blockHashes.getReadonly(proof.height % RECENT_BLOCKS);
  return workSeal({ genesisHash: state.view.genesisHash, blockHash, nonce: proof.nonce, hotkey });
}
