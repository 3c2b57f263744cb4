import {
  applyBlock,
  createGenesis,
  type GenesisDoc,
  genesisHash,
  genesisHeight,
  type LedgerState,
  type VerifySignature,
} from "@ganglion/ledger";
import { bytesToHex, equalBytes, GanglionError } from "@ganglion/types";
import type { DecidedBlock } from "./engine/application.ts";
import { isSealed } from "./engine/solo/sealBlock.ts";
import type { ChainStore, Head } from "./io/store.ts";

/** `blocks` were executed; the last has this root. */
export type ReplayResult = { readonly blocks: number; readonly stateRoot: Uint8Array };

/** A state after some block, from which blocks can be executed again. */
export type ReplayPoint = { readonly state: LedgerState; readonly head: Head };

/**
 * Executes the block log again, from genesis or a later point: each block must be linked to the one before, sealed if
 * solo made it, and give the root that was stored with it. Which engine made the blocks does not matter otherwise.
 * @param from absent: genesis
 * @throws GanglionError CHAIN_REPLAY_DIFFERS names the first block that does not
 */
export function replayChain(
  store: ChainStore,
  genesis: GenesisDoc,
  verifySignature: VerifySignature,
  from = genesisPoint(genesis),
): ReplayResult {
  const to = store.head(genesisHash(genesis))?.height ?? from.head.height;
  const { head } = replayBlocks({ store, genesis, verifySignature }, from, to);
  return { blocks: to - from.head.height, stateRoot: head.stateRoot };
}

export type ReplayModules = {
  readonly store: ChainStore;
  readonly genesis: GenesisDoc;
  readonly verifySignature: VerifySignature;
};

/**
 * The state after block `to`, executed again from an earlier one.
 * @see replayChain
 */
export function replayBlocks(
  { store, genesis, verifySignature }: ReplayModules,
  from: ReplayPoint,
  to: number,
): ReplayPoint {
  const hash = genesisHash(genesis);
  let { state, head } = from;
  for (let at = head.height + 1; at <= to; at++) {
    const block = store.decidedBlock(at);
    if (block === undefined) throw differs(at, "it is missing");
    checkLink(block, head, hash, verifySignature);
    const { lastCommit, ...input } = block;
    const result = applyBlock(state, { ...input, commitInfo: lastCommit }, { verifySignature });
    const stored = store.block(at)?.stateRoot ?? new Uint8Array(0);
    if (!equalBytes(result.root, stored))
      throw differs(at, `its state is ${bytesToHex(result.root)}, stored was ${bytesToHex(stored)}`);
    state = result.state;
    head = { height: at, timeMs: block.timeMs, hash: block.hash, stateRoot: result.root };
  }
  return { state, head };
}

/** Before the first block. */
export function genesisPoint(genesis: GenesisDoc): ReplayPoint {
  const state = createGenesis(genesis);
  const stateRoot = state.view.hashTreeRoot();
  const { timeMs } = genesis;
  return { state, head: { height: genesisHeight(genesis), timeMs, hash: genesisHash(genesis), stateRoot } };
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
