import { type AddressBytes, equalBytes, ledgerStateType } from "@ganglion/types";
import { type LedgerState, type StateRow, stateFromRows, stateRoot, stateRows } from "../../src/index.ts";

const { accounts, supply } = ledgerStateType.fields;
const accountType = accounts.elementType;

/** Genesis gives nobody a balance; tests get one by a state in which it was minted before. */
export function fund(state: LedgerState, address: AddressBytes, amount: bigint): LedgerState {
  const rows = stateRows(undefined, state);
  const found = rows.find((row) => row.field === "accounts" && equalBytes(accountOf(row).address, address));
  const account = found === undefined ? { address, balance: 0n, nonce: 0 } : accountOf(found);
  const index = found?.index ?? rows.filter((row) => row.field === "accounts").length;
  const value = accountType.serialize({ ...account, balance: account.balance + amount });
  const others = rows.filter((row) => row !== found);
  const funded = stateFromRows([...others.map((row) => minted(row, amount)), { field: "accounts", index, value }]);
  stateRoot(funded);
  return funded;
}

function accountOf({ value }: StateRow) {
  return accountType.deserialize(value ?? new Uint8Array(0));
}

function minted(row: StateRow, amount: bigint): StateRow {
  if (row.field !== "supply") return row;
  const before = supply.deserialize(row.value ?? new Uint8Array(0));
  return { ...row, value: supply.serialize({ ...before, minted: before.minted + amount }) };
}
