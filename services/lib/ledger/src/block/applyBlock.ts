import { InvariantError, type LedgerEvent } from "@ganglion/types";
import { processEpoch } from "../epoch/index.ts";
import { processRegistrationDemand } from "../epoch/processRegistrationDemand.ts";
import type { BlockContext, BlockInput, BlockResult } from "../ledgerTypes.ts";
import { endsEpoch } from "../state/epochs.ts";
import { draftOf, type LedgerState, stateRoot } from "../state/ledgerState.ts";
import { readStruct } from "../state/rows.ts";
import { runTransaction } from "../tx/runTransaction.ts";
import { openBlock } from "./openBlock.ts";

/**
 * The state after a block: a function of the state before and the block alone. A bad transaction is a receipt with
 * a code; it changes nothing.
 *
 * @throws InvariantError when the engine hands over a block that does not follow
 * @throws GanglionError CHAIN_UPGRADE_NEEDED when the rules from this height on are unknown to this version
 */
export function applyBlock(state: LedgerState, block: BlockInput, context: BlockContext): BlockResult {
  const { height, timeMs } = block;
  const clock = readStruct(state, "clock");
  if (height !== clock.height + 1 || timeMs < clock.timeMs)
    throw new InvariantError(
      `block ${height} at ${timeMs} ms cannot follow ${clock.height} at ${clock.timeMs} ms`,
    );
  const events: LedgerEvent[] = [];
  const emit = (event: LedgerEvent): void => {
    events.push(event);
  };
  const draft = draftOf(state);
  const execution = openBlock(draft, block, context, emit);
  const { params } = execution;
  const receipts = block.transactions.map((bytes, index) => runTransaction(execution, bytes, index, context));
  if (height % params.registrationIntervalBlocks === 0) processRegistrationDemand(execution);
  const end = endsEpoch(height, params) ? processEpoch(execution) : undefined;
  const root = stateRoot(draft);
  const result = { state: draft, root, events, receipts };
  return end === undefined ? { ...result, validatorUpdates: [] } : { ...result, ...end };
}
