import {
  applyBlock,
  createGenesis,
  type GenesisDoc,
  genesisHash,
  type VerifySignature,
} from "@ganglion/ledger";
import { bytesToHex, equalBytes, GanglionError } from "@ganglion/types";
import type { DecidedBlock } from "./engine/application.ts";
import { isSealed } from "./engine/solo/sealBlock.ts";
import type { ChainStore } from "./io/store.ts";

export type ReplayResult = { readonly blocks: number; readonly stateRoot: Uint8Array };

/**
 * Executes the whole block log again from genesis: each block must be linked to the one before, sealed if solo
 * made it, and give the root that was stored with it. Which engine made the blocks does not matter otherwise.
 * @throws GanglionError CHAIN_REPLAY_DIFFERS names the first block that does not
 */
export function replayChain(
  store: ChainStore,
  genesis: GenesisDoc,
  verifySignature: VerifySignature,
): ReplayResult {
  const hash = genesisHash(genesis);
  const head = store.head(hash);
  let state = createGenesis(genesis);
  let parent = { hash, stateRoot: state.view.hashTreeRoot() };
  const height = head?.height ?? 0;
  for (let at = 1; at <= height; at++) {
    const block = store.decidedBlock(at);
    if (block === undefined) throw differs(at, "it is missing");
    checkLink(block, parent, hash, verifySignature);
    const { lastCommit, ...input } = block;
    const result = applyBlock(state, { ...input, commitInfo: lastCommit }, { verifySignature });
    const stored = store.block(at)?.stateRoot ?? new Uint8Array(0);
    if (!equalBytes(result.root, stored))
      throw differs(at, `its state is ${bytesToHex(result.root)}, stored was ${bytesToHex(stored)}`);
    state = result.state;
    parent = { hash: block.hash, stateRoot: result.root };
  }
  return { blocks: height, stateRoot: parent.stateRoot };
}

function checkLink(
  block: DecidedBlock,
  parent: { readonly hash: Uint8Array; readonly stateRoot: Uint8Array },
  genesisHash: Uint8Array,
  verifySignature: VerifySignature,
): void {
  if (!equalBytes(block.parentHash, parent.hash)) throw differs(block.height, "its parent is another block");
  // CometBFT keeps the signatures of its blocks itself, and its hash covers more than executing the block needs.
  if (
    block.seal.length > 0 &&
    !isSealed(block, { genesisHash, parentStateRoot: parent.stateRoot }, verifySignature)
  )
    throw differs(block.height, "its proposer did not sign it");
}

function differs(height: number, why: string): GanglionError {
  return new GanglionError("CHAIN_REPLAY_DIFFERS", `replay stops at block ${height}: ${why}`, { height });
}
