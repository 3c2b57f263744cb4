import { asSpikes } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { checkInvariants, type LedgerState, readParams } from "../../src/index.ts";
import { scratchOf } from "../../src/state/ledgerState.ts";
import {
  type ListName,
  patchRow,
  pushRow,
  type RowOf,
  readRow,
  readStruct,
  writeStruct,
} from "../../src/state/rows.ts";
import { Sim } from "../gen/sim.ts";
import { testKey } from "../gen/testKey.ts";

const GLN = 1_000_000_000n;
const NOBODY = 99;

type Break = (state: LedgerState) => void;

/** Two slots with pools of their own; two positions in the first pool, one of which unbonds and one of which moves. */
function filled(): LedgerState {
  const sim = new Sim();
  sim.register("miner");
  const hotkey = testKey("val").publicKey;
  for (const name of ["ann", "ben"]) {
    sim.fund(name, 10n * GLN);
    expect(sim.include(name, { kind: "stake", hotkey, amount: asSpikes(5n * GLN) })).toBe("OK");
  }
  sim.runTo(20);
  expect(sim.include("ann", { kind: "unstake", hotkey, amount: asSpikes(GLN) })).toBe("OK");
  const to = testKey("miner").publicKey;
  expect(sim.include("ben", { kind: "moveStake", from: hotkey, to, amount: asSpikes(GLN) })).toBe("OK");
  return sim.state;
}

const state = filled();

function expectBroken(change: Break, message: string): void {
  const broken = scratchOf(state);
  checkInvariants(broken);
  change(broken);
  expect(() => checkInvariants(broken)).toThrow(message);
}

const patch =
  <Name extends ListName>(
    name: Name,
    index: number,
    change: (row: RowOf<Name>) => Partial<RowOf<Name>>,
  ): Break =>
  (broken) =>
    patchRow(broken, name, index, change(readRow(broken, name, index)));

/** Gives the second row the key of the first. */
const twice =
  <Name extends ListName>(name: Name, key: keyof RowOf<Name>): Break =>
  (broken) =>
    patchRow(broken, name, 1, { [key]: readRow(broken, name, 0)[key] } as Partial<RowOf<Name>>);

const repeat =
  (name: ListName): Break =>
  (broken) =>
    void pushRow(broken, name, readRow(broken, name, 0));

const mint = (broken: LedgerState, amount: bigint): void =>
  writeStruct(broken, "supply", { minted: readStruct(broken, "supply").minted + amount });

describe("checkInvariants", () => {
  it.each<[string, Break]>([
    ["is not", patch("accounts", 0, ({ balance }) => ({ balance: balance + 1n }))],
    ["is not", patch("pools", 0, ({ amount }) => ({ amount: amount - 1n }))],
    ["is not", patch("unbondings", 0, ({ amount }) => ({ amount: amount + 1n }))],
    ["is not", (broken) => mint(broken, 1n)],
    [
      "above the cap",
      (broken) => {
        const excess = readParams(broken).supplyCapSpikes;
        mint(broken, excess);
        patch("accounts", 0, ({ balance }) => ({ balance: balance + excess }))(broken);
      },
    ],
  ])("SUPPLY-1: finds money from nowhere: issuance %s", (message, change) => expectBroken(change, message));

  it.each<[string, Break]>([
    ["the shares of pool 0", patch("positions", 0, ({ shares }) => ({ shares: shares + 1n }))],
    ["the shares of pool 0", patch("pools", 0, ({ shares }) => ({ shares: shares - 1n }))],
    ["what was added to pool 1", patch("pools", 1, ({ addedAmount }) => ({ addedAmount: addedAmount + 1n }))],
    [
      "pool 1 has shares without money",
      (broken) => {
        patch("pools", 1, () => ({ shares: 1n }))(broken);
        pushRow(broken, "positions", {
          ...readRow(broken, "positions", 0),
          pool: 1,
          shares: 1n,
          addedAmount: 0n,
        });
      },
    ],
    ["pool 0 takes more than all", patch("pools", 0, () => ({ takePpm: 1_000_001 }))],
    ["a position has no pool", patch("positions", 0, () => ({ pool: NOBODY }))],
    ["an unbonding has no pool", patch("unbondings", 0, () => ({ pool: NOBODY }))],
    ["a consensus key has no pool", patch("consensusKeys", 0, () => ({ pool: NOBODY }))],
    ["no consensus key has power", patch("consensusKeys", 0, () => ({ power: 0n }))],
    ["a move has no pool", patch("moves", 0, () => ({ fromPool: NOBODY }))],
    ["a move has no pool", patch("moves", 0, () => ({ toPool: NOBODY }))],
  ])("SUPPLY-2: finds that %s", (message, change) => expectBroken(change, message));

  it.each<[string, Break]>([
    ["more neurons than slots", (broken) => writeStruct(broken, "params", { maxNeurons: 1 })],
    ["weights are not one row a slot", repeat("weights")],
    ["bonds are not one row a slot", repeat("bonds")],
    ["commits are not a ring a slot", repeat("commits")],
    ["domain shares do not sum to one", patch("domains", 0, ({ sharePpm }) => ({ sharePpm: sharePpm - 1 }))],
  ])("SUPPLY-3: finds that %s", (message, change) => expectBroken(change, message));

  it.each<[string, Break]>([
    ["account", twice("accounts", "address")],
    ["neuron", twice("neurons", "hotkey")],
    ["pool", twice("pools", "hotkey")],
    ["consensus key row", repeat("consensusKeys")],
    ["position in a pool", twice("positions", "address")],
  ])("SUPPLY-4: finds two rows of one %s", (what, change) =>
    expectBroken(change, `a key has more than one ${what}`),
  );
});
