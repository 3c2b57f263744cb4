import type { BlockContext, BlockInput, Receipt } from "../ledgerTypes.ts";
import { type LedgerState, scratchOf } from "../state/ledgerState.ts";
import { readStruct } from "../state/rows.ts";
import { runTransaction } from "../tx/runTransaction.ts";
import { openBlock } from "./openBlock.ts";

/** What of the next block its transactions depend on; its hash and votes decide nothing about them. */
export type TrialBlock = Pick<BlockInput, "timeMs" | "misbehaviour">;

const NO_HASH = new Uint8Array(32);

/**
 * Runs transactions as those of the next block, each call the one after those before; the state stays as it is. What
 * fails changes nothing, so a block of those that did not has the same receipts.
 *
 * @throws GanglionError CHAIN_UPGRADE_NEEDED as `applyBlock` would
 */
export function openTrial(
  state: LedgerState,
  block: TrialBlock,
  context: BlockContext,
): (transaction: Uint8Array) => Receipt {
  const height = readStruct(state, "clock").height + 1;
  const opening = { ...block, height, hash: NO_HASH, commitInfo: [] };
  const execution = openBlock(scratchOf(state), opening, context, () => undefined);
  let index = 0;
  return (transaction) => runTransaction(execution, transaction, index++, context);
}
