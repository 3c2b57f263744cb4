import { createGenesis, type GenesisDoc, genesisHash, type LedgerState, stateFromRows, stateRoot, stateRows } from "@ganglion/ledger";
import { ledgerStateType } from "@ganglion/types";
import { openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";

const BALANCE = 1_000_000_000n;

/** The ledger's first state with so many accounts more, as if they had been paid before. */
export function stateWithAccounts(genesis: GenesisDoc, count: number): LedgerState {
  const { accounts, supply } = ledgerStateType.fields;
  const minted = { minted: BALANCE * BigInt(count), recycled: 0n };
  const rows = stateRows(undefined, createGenesis(genesis)).map((row) =>
    row.field === "supply" ? { ...row, value: supply.serialize(minted) } : row,
  );
  const first = rows.filter(({ field }) => field === "accounts").length;
  for (let i = 0; i < count; i++) {
    const address = new Uint8Array(20);
    new DataView(address.buffer).setUint32(0, i + 1);
    const value = accounts.elementType.serialize({ address, balance: BALANCE, nonce: 0 });
    rows.push({ field: "accounts", index: first + i, value });
  }
  return stateFromRows(rows);
}

/** A store in the folder that begins with such a state. */
export async function seedStore(folder: string, genesis: GenesisDoc, state: LedgerState): Promise<void> {
  const database = openDatabase(folder);
  const rows = stateRows(undefined, state);
  const hash = genesisHash(genesis);
  new ChainStore(database).commitGenesis({
    genesisHash: hash,
    timeMs: genesis.timeMs,
    stateRoot: stateRoot(state),
    rows,
  });
  await database.close();
}
