import {
  type AccountRow,
  type AddressBytes,
  asSpikes,
  equalBytes,
  InvariantError,
  type Spikes,
} from "@ganglion/types";
import type { LedgerState } from "./ledgerState.ts";
import { patchRow, pushRow, readRow, rowCount } from "./rows.ts";

/** An account and where it stands. */
export type Account = Readonly<AccountRow> & { readonly index: number };

export function findAccount(state: LedgerState, address: Uint8Array): Account | undefined {
  const count = rowCount(state, "accounts");
  const isAt = (row: number): boolean =>
    row < count && equalBytes(readRow(state, "accounts", row).address, address);
  const index = state.lookup.accounts.find(address, isAt);
  return index === undefined ? undefined : { ...readRow(state, "accounts", index), index };
}

export function balanceOf(state: LedgerState, address: Uint8Array): Spikes {
  return asSpikes(findAccount(state, address)?.balance ?? 0n);
}

/** Gives an address a row, so that it can sign and receive. */
export function ensureAccount(state: LedgerState, address: AddressBytes): Account {
  const known = findAccount(state, address);
  if (known !== undefined) return known;
  const row = { address, balance: 0n, nonce: 0 };
  const index = pushRow(state, "accounts", row);
  state.lookup.accounts.add(address, index);
  return { ...row, index };
}

export function creditAccount(state: LedgerState, address: AddressBytes, amount: bigint): void {
  const { index, balance } = ensureAccount(state, address);
  patchRow(state, "accounts", index, { balance: balance + amount });
}

/** @throws InvariantError if the balance is too small: every check comes before */
export function debitAccount(state: LedgerState, address: Uint8Array, amount: bigint): void {
  const account = findAccount(state, address);
  if (account === undefined || account.balance < amount)
    throw new InvariantError("a debit exceeds the balance although its check passed");
  patchRow(state, "accounts", account.index, { balance: account.balance - amount });
}
