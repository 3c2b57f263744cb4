import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Engine } from "../../src/engine/engine.ts";
import type { LedgerApplication } from "../../src/engine/ledgerApplication.ts";
import { type Database, openDatabase } from "../../src/io/database.ts";
import { createStreamCalls } from "../../src/io/rpc/streamCalls.ts";
import { ChainStore } from "../../src/io/store.ts";
import { makeEmptyBlock, prunedApplicationOver } from "../gen/blocks.ts";
import { genesisWith } from "../gen/network.ts";
import { newFolder } from "../gen/runChain.ts";

const GENESIS = genesisWith({ retainBlocks: 12, evidenceAgeBlocks: 2, evidenceAgeMs: 2_000 });
const EPOCH = GENESIS.params.epochLengthBlocks;
const FORGOTTEN = { code: "CALL_NOT_FOUND" };

let database: Database;
let store: ChainStore;
let application: LedgerApplication;
let abort: AbortController;

beforeEach(() => {
  database = openDatabase(newFolder());
  store = new ChainStore(database);
  application = prunedApplicationOver(store, GENESIS, () => application.head.height);
  abort = new AbortController();
});
afterEach(async () => {
  abort.abort();
  await database.close();
});

const makeBlocks = (count: number) => {
  for (let i = 0; i < count; i++) makeEmptyBlock(application);
};
const calls = () =>
  createStreamCalls({
    application,
    store,
    genesis: GENESIS,
    engine: {} as Engine,
    verifySignature: () => false,
  });
const call = () => ({ signal: abort.signal, peer: "test", deadlineMs: Number.POSITIVE_INFINITY });
const events = (fromHeight: number) =>
  calls().streamEvents({ fromHeight, fromIndex: 0 }, call())[Symbol.asyncIterator]();
const blocks = (fromHeight: number) => calls().streamBlocks({ fromHeight }, call())[Symbol.asyncIterator]();

describe("streams of a node that forgets old blocks", () => {
  it("refuse to begin before its first block, instead of leaving a gap", async () => {
    makeBlocks(4 * EPOCH);
    const first = store.firstHeight() ?? 0;
    expect(first).toBeGreaterThan(EPOCH);
    for (const height of [0, 1, first - 1]) {
      await expect(events(height).next()).rejects.toMatchObject(FORGOTTEN);
      await expect(blocks(height).next()).rejects.toMatchObject(FORGOTTEN);
    }
    expect((await blocks(first).next()).value?.block?.height).toBe(first);
    expect((await events(first).next()).value?.event?.height).toBeGreaterThanOrEqual(first);
  });

  it("refuse a reader who is so slow that they forgot his next block", async () => {
    makeBlocks(EPOCH);
    const slowEvents = events(1);
    const slowBlocks = blocks(1);
    const first = await slowEvents.next();
    expect(first.done).toBe(false);
    let last = 0;
    expect((await slowBlocks.next()).value?.block?.height).toBe(1);
    makeBlocks(4 * EPOCH);
    await expect(slowBlocks.next()).rejects.toMatchObject(FORGOTTEN);
    const read = async () => {
      for (let item = await slowEvents.next(); item.done !== true; item = await slowEvents.next())
        last = item.value.event?.height ?? 0;
    };
    await expect(read()).rejects.toMatchObject(FORGOTTEN);
    expect(last).toBe(EPOCH);
  });

  it("go on for a reader who waits while blocks without events are forgotten", async () => {
    makeBlocks(EPOCH);
    const live = events(EPOCH + 1);
    const next = live.next();
    for (let i = 0; i < EPOCH; i++) {
      makeBlocks(1);
      await Promise.resolve();
    }
    expect((await next).value?.event?.height).toBeGreaterThan(EPOCH);
  });
});
