import { addressOfKey, asEpochIndex, asHeight, asSpikes, type LedgerEvent } from "@ganglion/types";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { historyEntries } from "../../src/core/historySubjects.ts";
import { rewardsOfPosition } from "../../src/core/rewardHistory.ts";
import { toEvents } from "../../src/engine/blockRecord.ts";
import { type Database, openDatabase } from "../../src/io/database.ts";
import { paymentOf, shareChangeOf } from "../../src/io/historyEvents.ts";
import { ChainStore } from "../../src/io/store.ts";
import { keyOf } from "../gen/network.ts";
import { newFolder } from "../gen/runChain.ts";

const HASH = new Uint8Array(32);
const HOTKEY = keyOf("hot").publicKey;
const ANN = addressOfKey(keyOf("ann").publicKey);
const HEAD = { height: 0, timeMs: 0, hash: HASH, stateRoot: HASH };

const position = { pool: 7, hotkey: HOTKEY, address: ANN, amount: asSpikes(1n) };
const counted = (shares: bigint): LedgerEvent => ({ kind: "StakeCounted", ...position, shares });
const burned = (shares: bigint): LedgerEvent => ({ kind: "StakeBurned", ...position, shares });
const paid: LedgerEvent = {
  kind: "PoolPaid",
  pool: 7,
  hotkey: HOTKEY,
  epoch: asEpochIndex(0),
  amount: asSpikes(50n),
  take: asSpikes(0n),
  own: asSpikes(0n),
  ownerShares: 0n,
  stakeBefore: asSpikes(100n),
  sharesBefore: 100n,
  stakeAfter: asSpikes(150n),
  sharesAfter: 100n,
};
const ended: LedgerEvent = { kind: "BootstrapEnded", height: asHeight(1) };

let database: Database;
let store: ChainStore;
beforeEach(() => {
  database = openDatabase(newFolder());
  store = new ChainStore(database);
  store.commitGenesis({ genesisHash: HASH, timeMs: 0, stateRoot: HASH, rows: [] });
});
afterEach(() => database.close());

/** The next block's record, with these events and nothing else. */
function commit(height: number, events: readonly LedgerEvent[]): void {
  const header = { height, timeMs: height, hash: HASH, parentHash: HASH, proposer: HASH, seal: HASH };
  store.commit({
    block: { ...header, transactions: [], lastCommit: [], misbehaviour: [] },
    stateRoot: HASH,
    rows: [],
    receipts: [],
    events: toEvents(height, events),
    history: historyEntries(events),
  });
}

const historyRows = (): number => database.range("history").length;
const changes = () => store.history({ kind: "address", address: ANN }, 100).map(shareChangeOf);
const payments = () => store.history({ kind: "pool", index: 7 }, 100).map(paymentOf);

describe("histories in the store", () => {
  it("go with the blocks that are pruned, and no others", () => {
    for (let height = 1; height <= 6; height++) commit(height, [ended, counted(BigInt(height)), paid]);
    expect(historyRows()).toBe(12);
    store.prune(4);
    expect([store.firstHeight(), historyRows()]).toEqual([4, 6]);
    expect(changes().map(({ height, shares }) => [height, shares])).toEqual([
      [6, 6n],
      [5, 5n],
      [4, 4n],
    ]);
    expect(payments().map(({ height }) => height)).toEqual([6, 5, 4]);
  });

  it("go with blocks above a state that takes the present one's place", () => {
    for (let height = 1; height <= 3; height++) commit(height, [counted(5n)]);
    store.commitState({ genesisHash: HASH, head: { ...HEAD, height: 1 }, rows: [] });
    expect(historyRows()).toBe(1);
    commit(2, [paid]);
    expect(changes().map(({ height }) => height)).toEqual([1]);
    expect(payments().map(({ height }) => height)).toEqual([2]);
  });

  it("tell what a position was paid before some of it was burned", () => {
    commit(1, [counted(80n)]);
    commit(2, [paid]);
    commit(3, [burned(20n)]);
    const rewards = rewardsOfPosition(payments(), changes(), { shares: 60n, isOwner: false });
    expect(rewards).toMatchObject([{ height: 2, stakeBefore: 80n, stakeAfter: 120n, amount: 40n }]);
  });
});
