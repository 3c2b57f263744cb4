import { equalBytes } from "@ganglion/types";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Database, openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import { epochRecordOf } from "../gen/epochRecord.ts";
import { CONSENSUS_KEY, VALIDATOR } from "../gen/network.ts";
import { newFolder, type Running, runChain } from "../gen/runChain.ts";

let database: Database;
let running: Running;
beforeAll(async () => {
  database = openDatabase(newFolder());
  running = await runChain();
});
afterAll(async () => {
  await running.stop();
  await database.close();
});

function commitEpoch(store: ChainStore, epoch: number): void {
  const bytes32 = new Uint8Array(32);
  const height = (epoch + 1) * 10;
  const block = {
    height,
    timeMs: height,
    hash: bytes32,
    parentHash: bytes32,
    proposer: CONSENSUS_KEY.publicKey,
    seal: new Uint8Array(0),
    lastCommit: [],
    misbehaviour: [],
    transactions: [],
  };
  const empty = { rows: [], receipts: [], events: [], history: [] };
  store.commit({ ...empty, block, stateRoot: bytes32, epochRecord: epochRecordOf(epoch) });
}

describe("records of epochs", () => {
  it("keeps the last ones, and fewer when told to", () => {
    const kept = (store: ChainStore) =>
      [0, 1, 2, 3, 4].filter((epoch) => store.epochRecord(epoch) !== undefined);
    const three = new ChainStore(database, { epochsKept: 3 });
    for (const epoch of [0, 1, 2, 3]) commitEpoch(three, epoch);
    expect(kept(three)).toEqual([1, 2, 3]);
    const one = new ChainStore(database, { epochsKept: 1 });
    commitEpoch(one, 4);
    expect(kept(one)).toEqual([4]);
  });

  it("tells of a finished epoch, and of one neuron the same", async () => {
    const { client } = running;
    for await (const { height } of client.blocks(1, AbortSignal.timeout(30_000))) if (height > 10) break;
    const report = await client.epochReport(0);
    expect(report).toMatchObject({ epoch: 0, firstHeight: 1, lastHeight: 10, detailsOmitted: false });
    expect(report?.neurons.map(({ hotkey }) => equalBytes(hotkey, VALIDATOR.publicKey))).toEqual([true]);
    expect(await client.epochReport(0, { uid: 0 })).toEqual(report);
    expect(await client.epochReport(0, { uid: 1 })).toBeUndefined();
  });
});
