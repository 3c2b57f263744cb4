import type { MinerKey } from "@ganglion/mixture";
import type { Hotkey, Uid } from "@ganglion/types";
import type { MinerHealth } from "./core/minerHealth.ts";

/** One tenure of one miner as the ledger shows it. */
export type RosterMiner = {
  /** Hotkey in hexadecimal, `@`, height of the registration: a slot that was replaced is another miner. */
  readonly key: MinerKey;
  readonly uid: Uid;
  readonly hotkey: Hotkey;
  readonly host: string;
  readonly port: number;
};

/** A text to be represented; without positions, LAST is asked. */
export type AskedContext = { readonly text: Uint8Array; readonly positions: readonly number[] };

export type MinerAnswer =
  | {
      readonly kind: "answered";
      /** As received, row-major [rows, networkDim]; the number of rows is what was asked. */
      readonly representations: Float32Array;
      readonly rows: number;
      /** Hexadecimal. */
      readonly modelDigest: string;
    }
  /** Refused, late, or not what was asked: a code. */
  | { readonly kind: "failed"; readonly code: string };

/** Asks miners and remembers how they serve. */
export type MinerPool = {
  /** Whom the ledger lists now. */
  readonly update: (miners: readonly RosterMiner[]) => void;
  /** Miners that are not resting, with their relative capacity (1 when unknown). */
  readonly reachable: () => ReadonlyMap<MinerKey, number>;
  /** Never throws: every failure is an answer and costs the miner a rest. */
  readonly ask: (
    key: MinerKey,
    contexts: readonly AskedContext[],
    signal: AbortSignal,
  ) => Promise<MinerAnswer>;
  /** What was answered turned out to be worthless (not finite, repeated): counts as a failure. */
  readonly reject: (key: MinerKey, code: string) => void;
  readonly health: () => ReadonlyMap<MinerKey, MinerHealth>;
  readonly close: () => Promise<void>;
};
