import { existsSync } from "node:fs";
import { join } from "node:path";
import { verifySignature } from "@ganglion/keys";
import { exportGenesis, type GenesisDoc, genesisHash, genesisHeight, stateRows } from "@ganglion/ledger";
import { GanglionError } from "@ganglion/types";
import { assertChainId } from "./engine/cometbft/nodeGenesis.ts";
import { nodeHome } from "./engine/cometbft/nodeKeys.ts";
import { rollbackNode } from "./engine/cometbft/rollbackNode.ts";
import type { SnapshotOffer } from "./engine/cometbft/snapshotSource.ts";
import { loadState } from "./engine/loadState.ts";
import { hasStoreFile } from "./io/checkStoreFile.ts";
import { openStore } from "./io/openStore.ts";
import { findReplayPoint } from "./io/snapshots/findReplayPoint.ts";
import { SnapshotFolder } from "./io/snapshots/snapshotFolder.ts";
import { snapshotPath } from "./io/snapshots/snapshotPath.ts";
import { takeSnapshot } from "./io/snapshots/takeSnapshot.ts";
import type { ChainStore, Head } from "./io/store.ts";
import { type ReplayResult, replayBlocks, replayChain } from "./replayChain.ts";

/** A chain program's folder while the program does not run. */
export type StoppedChain = { readonly dataDir: string; readonly genesis: GenesisDoc };

/** Snapshots that stay when one more is taken by hand. */
const KEPT = 16;

type Opened = { readonly store: ChainStore; readonly folder: SnapshotFolder; readonly head: Head };

/**
 * Executes the blocks again that the store has: from genesis, or from the oldest point that is left.
 * @throws GanglionError CHAIN_STORE_*, CHAIN_REPLAY_DIFFERS, CHAIN_NO_REPLAY_POINT
 */
export function replayStopped(chain: StoppedChain): Promise<ReplayResult> {
  const { genesis } = chain;
  return withStore(chain, async ({ store, folder, head }) => {
    const first = store.firstHeight();
    if (first === undefined) return { blocks: 0, stateRoot: head.stateRoot };
    if (first === genesisHeight(genesis) + 1) return replayChain(store, genesis, verifySignature);
    const oldestFirst = folder.list().toReversed();
    const from = await findReplayPoint({ store, genesis, folder }, oldestFirst);
    return replayChain(store, genesis, verifySignature, from);
  });
}

/**
 * Takes a snapshot of the last state.
 * @throws GanglionError CHAIN_STORE_*
 */
export function snapshotStopped(chain: StoppedChain): Promise<SnapshotOffer> {
  return withStore(chain, async ({ store, head, folder }) => {
    const offer = await takeSnapshot(loadState(store, head), folder, new AbortController().signal);
    if (offer === undefined) throw new GanglionError("CHAIN_NO_SNAPSHOT", "the snapshot was ended");
    return offer;
  });
}

/**
 * A genesis with which the ledger goes on under a new name, where this one stands, with either engine.
 * @throws GanglionError CHAIN_STORE_*, CHAIN_ID_TOO_LONG
 */
export async function exportStopped(chain: StoppedChain, chainId: string): Promise<GenesisDoc> {
  assertChainId(chainId);
  return withStore(chain, async ({ store, head }) =>
    exportGenesis(chain.genesis, loadState(store, head), chainId),
  );
}

/**
 * Takes the last block back, of the ledger and of its CometBFT node: both execute it again at the next start. The state
 * before it is made from the last snapshot before, or genesis.
 * @param binary of CometBFT; not used by a ledger that one process makes
 * @throws GanglionError CHAIN_STORE_*, CHAIN_NOTHING_TO_ROLL_BACK, CHAIN_NO_REPLAY_POINT, CHAIN_REPLAY_DIFFERS,
 * CHAIN_ROLLBACK_FAILED
 */
export function rollbackStopped(chain: StoppedChain, binary: string): Promise<Head> {
  const { genesis, dataDir } = chain;
  return withStore(chain, async ({ store, folder, head }) => {
    const to = head.height - 1;
    const first = store.firstHeight() ?? head.height + 1;
    if (to < first - 1)
      throw new GanglionError(
        "CHAIN_NOTHING_TO_ROLL_BACK",
        `there is no block to take back before ${head.height}`,
      );
    const before = folder.list().filter(({ height }) => height <= to);
    const from = await findReplayPoint({ store, genesis, folder }, before);
    const point = replayBlocks({ store, genesis, verifySignature }, from, to);
    const home = nodeHome(dataDir);
    if (existsSync(join(home, "data", "state.db"))) await rollbackNode(binary, home);
    folder.dropAbove(to);
    store.commitState({
      genesisHash: genesisHash(genesis),
      head: point.head,
      rows: stateRows(undefined, point.state),
    });
    return point.head;
  });
}

async function withStore<T>(
  { dataDir, genesis }: StoppedChain,
  use: (opened: Opened) => Promise<T>,
): Promise<T> {
  // To open a store makes one, and a mistyped folder should not become a ledger's.
  if (!hasStoreFile(dataDir)) throw nothingStored(dataDir);
  const { store, close } = openStore(dataDir);
  try {
    const head = store.head(genesisHash(genesis));
    if (head === undefined) throw nothingStored(dataDir);
    return await use({ store, head, folder: new SnapshotFolder(snapshotPath(dataDir), KEPT) });
  } finally {
    await close();
  }
}

function nothingStored(dataDir: string): GanglionError {
  return new GanglionError(
    "CHAIN_NOTHING_STORED",
    `${dataDir} has no ledger yet: name the folder of one that ran`,
  );
}
