import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  cometbftBinary,
  exportStopped,
  readGenesis,
  replayStopped,
  rollbackStopped,
  type StoppedChain,
  snapshotStopped,
  writeGenesis,
} from "@ganglion/chain";
import { defaultCacheDir } from "@ganglion/trainer";
import { bytesToHex, GanglionError } from "@ganglion/types";

/** Where a ledger is. Absent: that of the state folder, its genesis and of CometBFT's nodes the first. */
export type LedgerPlace = {
  readonly stateDir: string;
  /** Folder of a chain program. */
  readonly dataDir?: string | undefined;
  readonly genesisFile?: string | undefined;
};

/** Where a ledger stands; the root is hexadecimal. */
export type LedgerHead = { readonly dataDir: string; readonly height: number; readonly stateRoot: string };

/** @throws GanglionError LOCAL_NO_LEDGER | CHAIN_GENESIS_UNREADABLE */
function findLedger({ stateDir, dataDir, genesisFile }: LedgerPlace): StoppedChain {
  const path = genesisFile ?? join(stateDir, "genesis.json");
  if (genesisFile === undefined && !existsSync(path))
    throw new GanglionError(
      "LOCAL_NO_LEDGER",
      `${stateDir} holds no ledger: start one with \`make up\`, or name its folder with --state`,
      { folder: stateDir },
    );
  return { dataDir: dataDir ?? firstFolder(join(stateDir, "chain")), genesis: readGenesis(path) };
}

export type Replay = {
  readonly blocks: number;
  /** Of the last block, hexadecimal. */
  readonly stateRoot: string;
};

/**
 * Executes all blocks of a stopped node again, from genesis or the snapshot that its store began with, and compares every
 * root.
 * @throws GanglionError LOCAL_NO_LEDGER | CHAIN_STORE_HELD | CHAIN_REPLAY_DIFFERS | the store's own
 */
export async function replayLedger(place: LedgerPlace): Promise<Replay> {
  const { blocks, stateRoot } = await replayStopped(findLedger(place));
  return { blocks, stateRoot: bytesToHex(stateRoot) };
}

/** Takes the last block of a stopped node back. @throws GanglionError the chain's own */
export async function rollbackLedger(place: LedgerPlace): Promise<LedgerHead> {
  const chain = findLedger(place);
  const { height, stateRoot } = await rollbackStopped(chain, cometbftBinary(defaultCacheDir()));
  return { dataDir: chain.dataDir, height, stateRoot: bytesToHex(stateRoot) };
}

/** What a snapshot holds; the hash is hexadecimal. */
export type LedgerSnapshot = {
  readonly dataDir: string;
  readonly height: number;
  readonly chunks: number;
  readonly hash: string;
};

/** Takes a snapshot of a stopped node. @throws GanglionError the chain's own */
export async function snapshotLedger(place: LedgerPlace): Promise<LedgerSnapshot> {
  const chain = findLedger(place);
  const { height, chunks, hash } = await snapshotStopped(chain);
  return { dataDir: chain.dataDir, height, chunks, hash: bytesToHex(hash) };
}

/** Writes a genesis file with which the ledger goes on under a new name. @throws GanglionError the chain's own */
export async function exportLedger(
  place: LedgerPlace,
  { chainId, file }: { readonly chainId: string; readonly file: string },
): Promise<{ readonly file: string; readonly height: number }> {
  const genesis = await exportStopped(findLedger(place), chainId);
  writeGenesis(file, genesis);
  return { file, height: genesis.start?.height ?? 0 };
}

/** Of CometBFT's nodes the first: all hold the same blocks. */
function firstFolder(folder: string): string {
  const nodes = existsSync(join(folder, "data.mdb")) || !existsSync(folder) ? [] : readdirSync(folder).sort();
  return join(folder, nodes[0] ?? "");
}
