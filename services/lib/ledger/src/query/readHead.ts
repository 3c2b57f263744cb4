import { RECENT_BLOCKS } from "@ganglion/types";
import { epochOf } from "../state/epochs.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { readParams } from "../state/params.ts";
import { readStruct } from "../state/rows.ts";

/** Where a state stands. */
export type StateHead = {
  readonly genesisHash: Uint8Array;
  readonly preset: string;
  readonly height: number;
  readonly timeMs: number;
  /** Hash of the block that made the state; the genesis hash at height 0. */
  readonly blockHash: Uint8Array;
  /** Epoch of the next block. */
  readonly epoch: number;
  readonly bootstrap: boolean;
};

export function readHead(state: LedgerState): StateHead {
  const { height, timeMs } = readStruct(state, "clock");
  return {
    genesisHash: state.view.genesisHash,
    preset: String.fromCharCode(...state.view.preset),
    height,
    timeMs,
    blockHash: state.view.blockHashes.getReadonly(height % RECENT_BLOCKS),
    epoch: epochOf(height + 1, readParams(state)),
    bootstrap: readStruct(state, "bootstrap").active,
  };
}
