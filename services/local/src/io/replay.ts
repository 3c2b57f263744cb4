import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openStore, readGenesis, replayChain } from "@ganglion/chain";
import { verifySignature } from "@ganglion/keys";
import { bytesToHex, GanglionError } from "@ganglion/types";

export type Replay = {
  readonly blocks: number;
  /** Of the last block, hexadecimal. */
  readonly stateRoot: string;
};

/**
 * Executes all blocks of a stopped network's ledger again from genesis and compares every root.
 * @throws GanglionError LOCAL_NO_LEDGER | CHAIN_STORE_HELD | CHAIN_REPLAY_DIFFERS | the store's own
 */
export async function replayNetwork(stateDir: string): Promise<Replay> {
  const genesisFile = join(stateDir, "genesis.json");
  if (!existsSync(genesisFile))
    throw new GanglionError(
      "LOCAL_NO_LEDGER",
      `${stateDir} holds no ledger: start one with \`make up\`, or name its folder with --state`,
      { folder: stateDir },
    );
  const opened = openStore(ledgerFolder(join(stateDir, "chain")));
  try {
    const { blocks, stateRoot } = replayChain(opened.store, readGenesis(genesisFile), verifySignature);
    return { blocks, stateRoot: bytesToHex(stateRoot) };
  } finally {
    await opened.close();
  }
}

/** Of CometBFT's nodes the first: all hold the same blocks. */
function ledgerFolder(folder: string): string {
  const nodes = existsSync(join(folder, "data.mdb")) || !existsSync(folder) ? [] : readdirSync(folder).sort();
  return join(folder, nodes[0] ?? "");
}
