import { readdirSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { bytesToHex } from "@ganglion/types";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { SnapshotOffer } from "../../src/engine/cometbft/snapshotSource.ts";
import type { LedgerApplication } from "../../src/engine/ledgerApplication.ts";
import { replayStopped, rollbackStopped, type StoppedChain, snapshotStopped } from "../../src/index.ts";
import { type Database, openDatabase } from "../../src/io/database.ts";
import { SnapshotExchange } from "../../src/io/snapshots/snapshotExchange.ts";
import { SnapshotFolder } from "../../src/io/snapshots/snapshotFolder.ts";
import { SnapshotTaker } from "../../src/io/snapshots/snapshotTaker.ts";
import { takeSnapshot } from "../../src/io/snapshots/takeSnapshot.ts";
import { ChainStore } from "../../src/io/store.ts";
import {
  applicationOver,
  emptyApplicationOver,
  makeEmptyBlock,
  makeNextBlock,
  prunedApplicationOver,
} from "../gen/blocks.ts";
import { genesisWith } from "../gen/network.ts";
import { logger, newFolder } from "../gen/runChain.ts";

const SIGNAL = new AbortController().signal;

type Node = {
  readonly folder: string;
  readonly database: Database;
  readonly application: LedgerApplication;
  readonly snapshots: SnapshotFolder;
  readonly exchange: SnapshotExchange;
};

function nodeOver(folder: string, open: (database: Database) => LedgerApplication): Node {
  const database = openDatabase(folder);
  const application = open(database);
  const snapshots = new SnapshotFolder(join(folder, "snapshots"), 2);
  const exchange = new SnapshotExchange({
    folder: snapshots,
    isEmpty: () => application.head.height === 0,
    restore: (state) => application.restore(state),
    logger,
  });
  return { folder, database, application, snapshots, exchange };
}

async function remove(...nodes: Node[]): Promise<void> {
  for (const { database, folder } of nodes) {
    await database.close();
    rmSync(folder, { recursive: true });
  }
}

/** A ledger of some blocks with a snapshot of the last. */
async function nodeWithSnapshot(blocks: number): Promise<{ node: Node; offer: SnapshotOffer }> {
  const node = nodeOver(newFolder(), applicationOver);
  for (let i = 0; i < blocks; i++) makeNextBlock(node.application);
  const offer = await takeSnapshot(node.application.state, node.snapshots, SIGNAL);
  if (offer === undefined) throw new Error("no snapshot");
  return { node, offer };
}

async function restore(from: Node, to: Node, offer: SnapshotOffer) {
  const { chunksTaken } = to.exchange;
  expect(await to.exchange.offer(offer, from.application.head.stateRoot)).toBe("accept");
  for (let index = 0; index < offer.chunks; index++) {
    const chunk = await from.exchange.loadChunk({ height: offer.height, format: 1, chunk: index });
    expect(await to.exchange.applyChunk({ index, chunk, sender: "peer" })).toMatchObject({
      result: "accept",
    });
  }
  expect(to.exchange.chunksTaken).toBe(chunksTaken + offer.chunks);
}

describe("a node restored from a snapshot", () => {
  it("gives the same next roots, at several heights, and after it was opened again", async () => {
    for (const blocks of [1, 7, 21, 34]) {
      const { node, offer } = await nodeWithSnapshot(blocks);
      const fresh = nodeOver(newFolder(), emptyApplicationOver);
      await restore(node, fresh, offer);
      expect(fresh.application.info()).toEqual(node.application.info());
      for (let i = 0; i < 12; i++) {
        makeNextBlock(node.application);
        makeNextBlock(fresh.application);
        expect(bytesToHex(fresh.application.head.stateRoot)).toBe(
          bytesToHex(node.application.head.stateRoot),
        );
      }
      const again = emptyApplicationOver(fresh.database);
      expect(again.head).toEqual(node.application.head);
      expect(fresh.snapshots.list()).toEqual([offer]);
      await remove(node, fresh);
    }
  });

  it("refuses torn chunks and wrong hashes, counts, metadata, formats and roots", async () => {
    const { node, offer } = await nodeWithSnapshot(9);
    const fresh = nodeOver(newFolder(), emptyApplicationOver);
    const root = node.application.head.stateRoot;
    const chunk = await node.exchange.loadChunk({ height: 9, format: 1, chunk: 0 });
    const { exchange } = fresh;
    expect(await exchange.offer({ ...offer, format: 2 }, root)).toBe("rejectFormat");
    expect(await exchange.offer({ ...offer, chunks: 2 }, root)).toBe("rejectSender");
    expect(await exchange.offer({ ...offer, metadata: new Uint8Array(32) }, root)).toBe("rejectSender");
    expect(await exchange.offer({ ...offer, hash: new Uint8Array(32) }, root)).toBe("rejectSender");
    expect(await node.exchange.offer(offer, root)).toBe("abort");
    expect(await exchange.applyChunk({ index: 0, chunk, sender: "p" })).toMatchObject({ result: "abort" });

    expect(await exchange.offer(offer, root)).toBe("accept");
    const torn = chunk.subarray(0, chunk.length - 1);
    const refetch = { result: "retry", refetchChunks: [0], rejectSenders: ["p"] };
    expect(await exchange.applyChunk({ index: 0, chunk: torn, sender: "p" })).toEqual(refetch);
    expect(exchange.chunksTaken).toBe(0);
    expect(fresh.application.head.height).toBe(0);

    expect(await exchange.offer({ ...offer, height: 8 }, root)).toBe("accept");
    expect(await exchange.applyChunk({ index: 0, chunk, sender: "p" })).toMatchObject({
      result: "rejectSnapshot",
    });
    expect(await exchange.offer(offer, new Uint8Array(32))).toBe("accept");
    expect(await exchange.applyChunk({ index: 0, chunk, sender: "p" })).toMatchObject({
      result: "rejectSnapshot",
    });
    expect(fresh.application.head.height).toBe(0);
    await restore(node, fresh, offer);
    expect(fresh.application.head).toEqual(node.application.head);
    await remove(node, fresh);
  });
});

describe("a stopped node that began with a snapshot of block 5", () => {
  let chain: StoppedChain;

  beforeEach(async () => {
    const { node, offer } = await nodeWithSnapshot(5);
    const fresh = nodeOver(newFolder(), emptyApplicationOver);
    await restore(node, fresh, offer);
    await fresh.database.close();
    await remove(node);
    chain = { dataDir: fresh.folder, genesis: genesisWith() };
  });
  afterEach(() => rmSync(chain.dataDir, { recursive: true }));

  async function makeBlocks(count: number): Promise<void> {
    const database = openDatabase(chain.dataDir);
    const application = emptyApplicationOver(database);
    for (let i = 0; i < count; i++) makeNextBlock(application);
    await database.close();
  }

  it("executes again what it has since then, first nothing, and takes that back", async () => {
    expect(await replayStopped(chain)).toMatchObject({ blocks: 0 });
    await expect(rollbackStopped(chain, "")).rejects.toMatchObject({ code: "CHAIN_NOTHING_TO_ROLL_BACK" });
    await makeBlocks(2);
    expect(await replayStopped(chain)).toMatchObject({ blocks: 2 });
    expect(await rollbackStopped(chain, "")).toMatchObject({ height: 6 });
    expect(await rollbackStopped(chain, "")).toMatchObject({ height: 5 });
    expect(await replayStopped(chain)).toMatchObject({ blocks: 0 });
    await makeBlocks(1);
    expect(await replayStopped(chain)).toMatchObject({ blocks: 1 });
  });

  it("begins with the next snapshot where the first is damaged", async () => {
    await makeBlocks(2);
    await snapshotStopped(chain);
    await makeBlocks(1);
    expect(await replayStopped(chain)).toMatchObject({ blocks: 3 });
    truncateSync(join(chain.dataDir, "snapshots", "5", "0"), 1);
    expect(await replayStopped(chain)).toMatchObject({ blocks: 1 });
    truncateSync(join(chain.dataDir, "snapshots", "7", "0"), 1);
    await expect(replayStopped(chain)).rejects.toMatchObject({ code: "CHAIN_NO_REPLAY_POINT" });
  });
});

describe("a store that keeps some blocks", () => {
  it("forgets older ones as far as snapshots and evidence allow, and is rebuilt from its oldest snapshot", async () => {
    const folder = newFolder();
    const database = openDatabase(folder);
    const snapshots = new SnapshotFolder(join(folder, "snapshots"), 1);
    const genesis = genesisWith({ retainBlocks: 12, evidenceAgeBlocks: 2, evidenceAgeMs: 2_000 });
    const store = new ChainStore(database);
    const application = prunedApplicationOver(store, genesis, () => snapshots.list().at(-1)?.height);
    for (let i = 0; i < 30; i++) makeEmptyBlock(application);
    expect(store.firstHeight()).toBe(1);
    await takeSnapshot(application.state, snapshots, SIGNAL);
    for (let i = 0; i < 10; i++) makeEmptyBlock(application);
    expect(store.firstHeight()).toBe(28);
    for (let i = 0; i < 10; i++) makeEmptyBlock(application);
    expect(store.firstHeight()).toBe(30);
    expect(store.block(29)).toBeUndefined();
    expect(store.events({ height: 0, index: 0 }, 1)[0]?.height ?? 30).toBeGreaterThanOrEqual(30);
    await database.close();

    const chain = { dataDir: folder, genesis };
    expect(await replayStopped(chain)).toMatchObject({ blocks: 20 });
    expect(await rollbackStopped(chain, "")).toMatchObject({ height: 49 });
    rmSync(folder, { recursive: true });
  });
});

describe("a snapshot folder", () => {
  it("keeps the newest ones, and forgets what a killed process left half done", async () => {
    const { node } = await nodeWithSnapshot(3);
    const { application, snapshots, folder } = node;
    for (let i = 0; i < 3; i++) {
      makeNextBlock(application);
      await takeSnapshot(application.state, snapshots, SIGNAL);
    }
    expect(snapshots.list().map(({ height }) => height)).toEqual([6, 5]);
    expect(await snapshots.chunk(3, 0)).toEqual(new Uint8Array(0));
    await snapshots.writer(7).add(new Uint8Array(10));
    truncateSync(join(folder, "snapshots", "5", "hashes"), 31);
    const again = new SnapshotFolder(join(folder, "snapshots"), 2);
    expect(again.list().map(({ height }) => height)).toEqual([6]);
    expect(readdirSync(join(folder, "snapshots"))).not.toContain("7.partial");
    await remove(node);
  });

  it("is filled at multiples of the interval while blocks go on", async () => {
    const { node } = await nodeWithSnapshot(3);
    const { application, snapshots } = node;
    const { bell } = application;
    const taker = new SnapshotTaker(4, { folder: snapshots, bell, state: () => application.state, logger });
    taker.start();
    makeNextBlock(application);
    await Promise.resolve();
    for (const deadline = Date.now() + 10_000; snapshots.list()[0]?.height !== 4 && Date.now() < deadline; ) {
      await new Promise(setImmediate);
    }
    expect(snapshots.list().map(({ height }) => height)).toEqual([4, 3]);
    await taker.close();
    await remove(node);
  });
});
