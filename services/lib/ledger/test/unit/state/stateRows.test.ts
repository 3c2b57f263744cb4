import { asSpikes, bytesToHex, UNSTAKE_ALL } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import {
  checkInvariants,
  decodeState,
  encodeState,
  type LedgerState,
  type StateRow,
  stateFromRows,
  stateRoot,
  stateRows,
} from "../../../src/index.ts";
import { Sim, transferTo } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

const rootOf = (state: LedgerState): string => bytesToHex(stateRoot(state));

/** What a store does with the changed rows of a block. */
function store(rows: Map<string, StateRow>, changes: readonly StateRow[]): void {
  for (const row of changes) {
    const key = `${row.field}/${row.index}`;
    if (row.value === undefined) rows.delete(key);
    else rows.set(key, row);
  }
}

describe("stateRows", () => {
  it("STATE-1: rebuilds every state from the rows that its blocks changed", () => {
    const sim = new Sim();
    const rows = new Map<string, StateRow>();
    sim.fund("miner owner", 10n ** 10n);
    store(rows, stateRows(undefined, sim.state));
    const hotkey = testKey("miner").publicKey;
    for (let height = 1; height <= 62; height++) {
      const before = sim.state;
      if (height === 2) sim.send("miner", sim.workFor("miner"));
      if (height === 3) sim.send("miner owner", { kind: "stake", hotkey, amount: asSpikes(4_000_000_000n) });
      if (height === 5 || height === 6)
        sim.send("miner owner", { kind: "unstake", hotkey, amount: asSpikes(1_000_000_000n) });
      if (height === 7) sim.send("miner owner", transferTo(testKey("bob"), 2_000_000n));
      if (height === 15) sim.send("miner owner", { kind: "unstake", hotkey, amount: UNSTAKE_ALL });
      sim.block();
      store(rows, stateRows(before, sim.state));
      if (height % 10 <= 1) {
        const rebuilt = stateFromRows(rows.values());
        expect(rootOf(rebuilt)).toBe(sim.root);
        checkInvariants(rebuilt);
      }
    }
  });

  it("names only rows that a block touched", () => {
    const sim = new Sim();
    sim.fund("alice", 10n ** 9n);
    const before = sim.state;
    sim.include("alice", transferTo(testKey("bob"), 2_000_000n));
    const changed = stateRows(before, sim.state).map(({ field }) => field);
    expect(changed.sort()).toEqual(["accounts", "accounts", "blockHashes", "clock", "supply"]);
  });

  it("STATE-2: goes through bytes and back to the same root", () => {
    const sim = new Sim({ validators: ["a", "b"] });
    sim.register("miner");
    sim.runTo(12);
    const again = decodeState(encodeState(sim.state));
    expect(rootOf(again)).toBe(sim.root);
    expect(() => decodeState(new Uint8Array(10))).toThrow("not a ledger state");
    expect(() => stateFromRows([])).toThrow("not a ledger state");
  });

  it("STATE-3: keeps an earlier state readable after later blocks", () => {
    const sim = new Sim();
    sim.fund("alice", 10n ** 9n);
    const before = sim.state;
    const root = sim.root;
    const fork = sim.fork();
    sim.include("alice", transferTo(testKey("bob"), 2_000_000n));
    fork.include("alice", transferTo(testKey("carol"), 3_000_000n));
    expect(rootOf(before)).toBe(root);
    expect(sim.balance("carol")).toBe(0n);
    expect(fork.balance("bob")).toBe(0n);
    expect(fork.balance("carol")).toBe(3_000_000n);
  });
});
