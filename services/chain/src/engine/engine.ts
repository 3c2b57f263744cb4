import type { CometbftHeader } from "@ganglion/types";
import type { CheckTxResponse } from "./application.ts";

/** How the engine does. */
export type EngineHealth = {
  /** Executes blocks that others have decided before. */
  readonly catchingUp: boolean;
  /** No block for far longer than the interval: too few validators are up, or this node is cut off or stuck. */
  readonly halted: boolean;
  /** Nodes that it is connected to; always 0 with one process that makes all blocks. */
  readonly peers: number;
};

/** What drives an Application and takes in transactions. */
export type Engine = {
  readonly name: "solo" | "cometbft";
  /**
   * Checks a transaction and keeps it for a block.
   * @throws GanglionError CHAIN_CATCHING_UP, CHAIN_NODE_UNANSWERED, which say when to come again
   */
  readonly broadcast: (transaction: Uint8Array) => Promise<CheckTxResponse>;
  readonly health: () => EngineHealth;
  /**
   * A committed block's header with what its validators signed; absent where the store's own blocks have it.
   * @throws GanglionError CHAIN_NODE_UNANSWERED
   */
  readonly signedHeader?: (height: number, signal: AbortSignal) => Promise<CometbftHeader>;
  /** Rejects when a fault stopped the engine; resolves after `close`. */
  readonly done: Promise<void>;
  /** Finishes the block at hand. */
  readonly close: () => Promise<void>;
};
