import { type GenesisDoc, genesisHeight, readHead, StateAssembly, stateRoot } from "@ganglion/ledger";
import { equalBytes, GanglionError } from "@ganglion/types";
import type { SnapshotOffer } from "../../engine/cometbft/snapshotSource.ts";
import { genesisPoint, type ReplayPoint } from "../../replayChain.ts";
import type { ChainStore } from "../store.ts";
import type { SnapshotFolder } from "./snapshotFolder.ts";
import { chunkHashAt, sha256 } from "./snapshotFormat.ts";

export type FindReplayPointModules = {
  readonly store: ChainStore;
  readonly genesis: GenesisDoc;
  readonly folder: SnapshotFolder;
};

/**
 * A state from which the store's blocks can be executed again: the first of the snapshots that is whole and has its
 * blocks after it, or genesis.
 * @param offers of the folder, the most wanted first
 * @throws GanglionError CHAIN_NO_REPLAY_POINT
 */
export async function findReplayPoint(
  { store, genesis, folder }: FindReplayPointModules,
  offers: readonly SnapshotOffer[],
): Promise<ReplayPoint> {
  const first = store.firstHeight() ?? genesisHeight(genesis) + 1;
  for (const offer of offers) {
    const stored = store.block(offer.height);
    if (offer.height < first - 1 || stored === undefined) continue;
    const point = await readSnapshot(offer, folder);
    if (point && equalBytes(point.head.stateRoot, stored.stateRoot)) return point;
  }
  if (first === genesisHeight(genesis) + 1) return genesisPoint(genesis);
  throw new GanglionError(
    "CHAIN_NO_REPLAY_POINT",
    `the store's blocks begin at ${first} and there is no snapshot to begin with: start the node anew from a snapshot of its peers`,
    { first },
  );
}

/** Undefined: a chunk is missing or damaged. */
async function readSnapshot(offer: SnapshotOffer, folder: SnapshotFolder): Promise<ReplayPoint | undefined> {
  const assembly = new StateAssembly();
  for (let index = 0; index < offer.chunks; index++) {
    const chunk = await folder.chunk(offer.height, index);
    if (!equalBytes(sha256(chunk), chunkHashAt(offer, index))) return undefined;
    assembly.add(chunk);
  }
  const state = assembly.finish();
  const { height, timeMs, blockHash } = readHead(state);
  return { state, head: { height, timeMs, hash: Uint8Array.from(blockHash), stateRoot: stateRoot(state) } };
}
