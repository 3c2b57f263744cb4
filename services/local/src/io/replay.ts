import { replayStopped } from "@ganglion/chain";
import { bytesToHex } from "@ganglion/types";
import { findLedger } from "./stoppedLedger.ts";

export type Replay = {
  readonly blocks: number;
  /** Of the last block, hexadecimal. */
  readonly stateRoot: string;
};

/**
 * Executes all blocks of a stopped network's ledger again, from genesis or the snapshot that its store began with, and
 * compares every root.
 * @throws GanglionError LOCAL_NO_LEDGER | CHAIN_STORE_HELD | CHAIN_REPLAY_DIFFERS | the store's own
 */
export async function replayNetwork(stateDir: string): Promise<Replay> {
  const { blocks, stateRoot } = await replayStopped(findLedger({ stateDir }));
  return { blocks, stateRoot: bytesToHex(stateRoot) };
}
