import type { CheckTxResponse } from "./application.ts";

/** What drives an Application and takes in transactions. */
export type Engine = {
  readonly name: "solo";
  /** Checks a transaction and keeps it for a block. */
  readonly broadcast: (transaction: Uint8Array) => CheckTxResponse;
  /** Rejects when a fault stopped the engine; resolves after `close`. */
  readonly done: Promise<void>;
  /** Finishes the block at hand. */
  readonly close: () => Promise<void>;
};
