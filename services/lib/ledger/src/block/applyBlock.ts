import { bytesToHex, equalBytes, InvariantError, type LedgerEvent, RECENT_BLOCKS } from "@ganglion/types";
import { processEpoch } from "../epoch/index.ts";
import { processRegistrationDemand } from "../epoch/processRegistrationDemand.ts";
import type { BlockContext, BlockInput, BlockResult } from "../ledgerTypes.ts";
import { endsEpoch, epochOf } from "../state/epochs.ts";
import { draftOf, type LedgerState, stateRoot } from "../state/ledgerState.ts";
import { readParams } from "../state/params.ts";
import { patchRow, readRows, readStruct, writeStruct } from "../state/rows.ts";
import { runTransaction } from "../tx/runTransaction.ts";
import type { Execution } from "../tx/transactionRule.ts";
import { processUpgrade } from "../upgrade/processUpgrade.ts";
import { processEvidence } from "./processEvidence.ts";

const NO_WORK = new Uint8Array(32);

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
  processUpgrade(draft, height, emit);
  const params = readParams(draft);
  const epoch = epochOf(height, params);
  const execution: Execution = { state: draft, params, height, timeMs, epoch, emit };
  beginBlock(execution, block);
  processEvidence(execution, block.misbehaviour);
  const receipts = block.transactions.map((bytes, index) => runTransaction(execution, bytes, index, context));
  if (height % params.registrationIntervalBlocks === 0) processRegistrationDemand(execution);
  const end = endsEpoch(height, params) ? processEpoch(execution) : undefined;
  const root = stateRoot(draft);
  const result = { state: draft, root, events, receipts };
  return end === undefined ? { ...result, validatorUpdates: [] } : { ...result, ...end };
}

/** Rules BLOCK-1, EMIT-3 and POWER-7: what every block leaves, whatever is in it. */
function beginBlock({ state, height, timeMs }: Execution, block: BlockInput): void {
  const slot = height % RECENT_BLOCKS;
  state.view.blockHashes.set(slot, block.hash);
  if (!equalBytes(state.view.usedWork.getReadonly(slot), NO_WORK)) state.view.usedWork.set(slot, NO_WORK);
  const seen = readStruct(state, "clock").commitsSeen + (block.commitInfo.length > 0 ? 1 : 0);
  writeStruct(state, "clock", { height, timeMs, commitsSeen: seen });
  const signed = new Map(block.commitInfo.map((vote) => [bytesToHex(vote.consensusKey), vote.signed]));
  readRows(state, "consensusKeys").forEach((row, index) => {
    const vote = signed.get(bytesToHex(row.consensusKey));
    if (vote === undefined) return;
    patchRow(state, "consensusKeys", index, {
      signedBlocks: row.signedBlocks + (vote ? 1 : 0),
      seenBlocks: row.seenBlocks + 1,
    });
  });
}
