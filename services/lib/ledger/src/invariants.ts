import { bytesToHex, COMMIT_RING, InvariantError } from "@ganglion/types";
import type { LedgerState } from "./state/ledgerState.ts";
import { readParams } from "./state/params.ts";
import { readRows, rowCount } from "./state/rows.ts";
import { issuanceOf } from "./state/supply.ts";

const SHARES_PPM = 1_000_000;

/**
 * What holds after every block, found by reading all rows: for tests and local runs.
 * @throws InvariantError that says what is broken
 */
export function checkInvariants(state: LedgerState): void {
  checkMoney(state);
  checkPools(state);
  checkSlots(state);
  checkUnique(state);
}

/** Rule SUPPLY-1. */
function checkMoney(state: LedgerState): void {
  const balances = sumOf(readRows(state, "accounts").map((row) => row.balance));
  const staked = sumOf(readRows(state, "pools").map((row) => row.amount));
  const escrow = sumOf(readRows(state, "unbondings").map((row) => row.amount));
  const issuance = issuanceOf(state);
  assert(
    issuance === balances + staked + escrow,
    `issuance ${issuance} is not ${balances} + ${staked} + ${escrow}`,
  );
  assert(issuance <= readParams(state).supplyCapSpikes, "issuance is above the cap");
}

/** Rule SUPPLY-2. */
function checkPools(state: LedgerState): void {
  const held = new Map<string, bigint>();
  for (const { hotkey, shares } of readRows(state, "positions")) {
    const key = bytesToHex(hotkey);
    held.set(key, (held.get(key) ?? 0n) + shares);
  }
  for (const pool of readRows(state, "pools")) {
    const key = bytesToHex(pool.hotkey);
    assert((held.get(key) ?? 0n) === pool.shares, `the shares of pool ${key} are not those of its positions`);
    assert(
      (pool.shares === 0n) === (pool.amount === 0n),
      `pool ${key} has shares without money or the reverse`,
    );
    assert(pool.addedAmount <= pool.amount, `pool ${key} had more added than it has`);
    held.delete(key);
  }
  assert(held.size === 0, "a position has no pool");
}

/** Rule SUPPLY-3. */
function checkSlots(state: LedgerState): void {
  const { maxNeurons } = readParams(state);
  const neurons = rowCount(state, "neurons");
  assert(neurons <= maxNeurons, "there are more neurons than slots");
  assert(rowCount(state, "weights") === neurons, "weights are not one row a slot");
  assert(rowCount(state, "bonds") === neurons, "bonds are not one row a slot");
  assert(rowCount(state, "commits") === neurons * COMMIT_RING, "commits are not a ring a slot");
  const shares = readRows(state, "domains").reduce((sum, { sharePpm }) => sum + sharePpm, 0);
  assert(shares === SHARES_PPM, "domain shares do not sum to one");
}

/** Rule SUPPLY-4. */
function checkUnique(state: LedgerState): void {
  assertUnique(
    "account",
    readRows(state, "accounts").map((row) => row.address),
  );
  assertUnique(
    "neuron",
    readRows(state, "neurons").map((row) => row.hotkey),
  );
  assertUnique(
    "pool",
    readRows(state, "pools").map((row) => row.hotkey),
  );
}

function assertUnique(what: string, keys: readonly Uint8Array[]): void {
  assert(new Set(keys.map(bytesToHex)).size === keys.length, `a key has more than one ${what}`);
}

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

function assert(holds: boolean, message: string): void {
  if (!holds) throw new InvariantError(`the ledger is broken: ${message}`);
}
