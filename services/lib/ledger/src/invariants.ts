import { bytesToHex, COMMIT_RING, InvariantError } from "@ganglion/types";
import { concatBytes } from "@noble/hashes/utils.js";
import { findParamsProblem } from "./state/checkParams.ts";
import type { LedgerState } from "./state/ledgerState.ts";
import { isVacant } from "./state/neurons.ts";
import { readParams } from "./state/params.ts";
import { readRows, readStruct, rowCount } from "./state/rows.ts";
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
  checkGovernance(state);
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
  const pools = readRows(state, "pools");
  const shares = pools.map(() => 0n);
  const added = pools.map(() => 0n);
  for (const position of readRows(state, "positions")) {
    assert(position.pool < pools.length, "a position has no pool");
    shares[position.pool] = (shares[position.pool] ?? 0n) + position.shares;
    added[position.pool] = (added[position.pool] ?? 0n) + position.addedAmount;
  }
  pools.forEach((pool, index) => {
    assert(shares[index] === pool.shares, `the shares of pool ${index} are not those of its positions`);
    assert(added[index] === pool.addedAmount, `what was added to pool ${index} is not its positions'`);
    assert(
      (pool.shares === 0n) === (pool.amount === pool.addedAmount),
      `pool ${index} has shares without money or the reverse`,
    );
    assert(pool.takePpm <= SHARES_PPM, `pool ${index} takes more than all`);
  });
  const isPool = ({ pool }: { readonly pool: number }): boolean => pool < pools.length;
  assert(readRows(state, "unbondings").every(isPool), "an unbonding has no pool");
  assert(readRows(state, "consensusKeys").every(isPool), "a consensus key has no pool");
  assert(
    readRows(state, "consensusKeys").some(({ power }) => power > 0n),
    "no consensus key has power",
  );
  const moves = readRows(state, "moves");
  assert(
    Math.max(-1, ...moves.flatMap((row) => [row.fromPool, row.toPool])) < pools.length,
    "a move has no pool",
  );
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

/** Rules PARAM-1 and GOV-3. */
function checkGovernance(state: LedgerState): void {
  const params = readParams(state);
  const problem = findParamsProblem(params);
  assert(problem === undefined, `parameters break a relation: ${problem?.message}`);
  assert(rowCount(state, "domains") <= params.maxDomains, "there are more domains than may be");
  const { nextProposal } = readStruct(state, "governance");
  const proposals = readRows(state, "proposals");
  assert(new Set(proposals.map(({ id }) => id)).size === proposals.length, "two proposals have one id");
  for (const { id, yes, no, roundStake } of proposals) {
    assert(id < nextProposal, "a proposal has an id that comes later");
    assert(yes + no <= roundStake, `more stake voted on proposal ${id} than there was`);
  }
}

/** Rule SUPPLY-4. */
function checkUnique(state: LedgerState): void {
  assertUnique(
    "account",
    readRows(state, "accounts").map((row) => row.address),
  );
  assertUnique(
    "neuron",
    readRows(state, "neurons")
      .filter((row) => !isVacant(row))
      .map((row) => row.hotkey),
  );
  assertUnique(
    "pool",
    readRows(state, "pools").map((row) => row.hotkey),
  );
  assertUnique(
    "consensus key row",
    readRows(state, "consensusKeys").map((row) => row.consensusKey),
  );
  assertUnique(
    "position in a pool",
    readRows(state, "positions")
      .filter((row) => row.shares + row.addedAmount > 0n)
      .map((row) =>
        concatBytes(Uint8Array.of(row.pool & 255, (row.pool >> 8) & 255, row.pool >> 16), row.address),
      ),
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
