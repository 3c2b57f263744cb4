import { bytesToHex, equalBytes, type LedgerEvent, RECENT_BLOCKS } from "@ganglion/types";
import type { BlockContext, BlockInput } from "../ledgerTypes.ts";
import { epochOf } from "../state/epochs.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { readParams } from "../state/params.ts";
import { patchRow, readRows, readStruct, writeStruct } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";
import { processUpgrade } from "../upgrade/processUpgrade.ts";
import { UPGRADES } from "../upgrade/upgrades.ts";
import { processEvidence } from "./processEvidence.ts";

const NO_WORK = new Uint8Array(32);

/** What of a block is there before its transactions. */
export type BlockOpening = Pick<BlockInput, "height" | "timeMs" | "hash" | "commitInfo" | "misbehaviour">;

/**
 * All of a block that comes before its transactions.
 * @throws GanglionError CHAIN_UPGRADE_NEEDED when the rules from this height on are unknown to this version
 */
export function openBlock(
  state: LedgerState,
  block: BlockOpening,
  { upgrades = UPGRADES }: Pick<BlockContext, "upgrades">,
  emit: (event: LedgerEvent) => void,
): Execution {
  const { height, timeMs } = block;
  processUpgrade(state, height, upgrades, emit);
  const params = readParams(state);
  const execution: Execution = { state, params, height, timeMs, epoch: epochOf(height, params), emit };
  beginBlock(execution, block);
  processEvidence(execution, block.misbehaviour);
  return execution;
}

/** Rules BLOCK-1, EMIT-3 and POWER-7: what every block leaves, whatever is in it. */
function beginBlock({ state, height, timeMs }: Execution, block: BlockOpening): void {
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
