import { rmSync } from "node:fs";
import { join } from "node:path";
import { verifySignature } from "@ganglion/keys";
import type { GenesisDoc } from "@ganglion/ledger";
import { LedgerApplication } from "../../src/engine/ledgerApplication.ts";
import { openDatabase } from "../../src/io/database.ts";
import { SnapshotExchange } from "../../src/io/snapshots/snapshotExchange.ts";
import { SnapshotFolder } from "../../src/io/snapshots/snapshotFolder.ts";
import { takeSnapshot } from "../../src/io/snapshots/takeSnapshot.ts";
import { ChainStore } from "../../src/io/store.ts";
import { logger, newFolder } from "./runChain.ts";

const MEMPOOL = { maxTransactions: 1, maxBytes: 1, maxPerAccount: 1 };

export type RestoredNode = {
  readonly application: LedgerApplication;
  readonly close: () => Promise<void>;
};

/** A node that began with a snapshot of another's present state, as state sync hands it over, opened again from its disk. */
export async function restoreFrom(giver: LedgerApplication, genesis: GenesisDoc): Promise<RestoredNode> {
  const root = newFolder();
  const database = openDatabase(root);
  const store = new ChainStore(database);
  const open = () =>
    new LedgerApplication({ genesis, mempool: MEMPOOL, checkInvariants: false }, { store, verifySignature });
  const taker = open();
  const from = new SnapshotFolder(join(root, "from"), 1);
  const offer = await takeSnapshot(giver.state, from, new AbortController().signal);
  if (offer === undefined) throw new Error("no snapshot was taken");
  const exchange = new SnapshotExchange({
    folder: new SnapshotFolder(join(root, "to"), 1),
    isEmpty: () => taker.head.height === 0,
    restore: (state) => taker.restore(state),
    logger,
  });
  await exchange.offer(offer, giver.head.stateRoot);
  const { height } = offer;
  for (let index = 0; index < offer.chunks; index++) {
    const chunk = await from.chunk(height, index);
    const { result } = await exchange.applyChunk({ index, chunk, sender: "peer" });
    if (result !== "accept") throw new Error(`chunk ${index} of ${offer.chunks} at height ${height}: ${result}`);
  }
  return {
    application: open(),
    close: async () => {
      await database.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
