import type { MinerKey } from "@ganglion/mixture";
import type { Tensor } from "@ganglion/onnx";
import type { Hotkey, Uid } from "@ganglion/types";
import type { StepMaterial } from "./core/material.ts";
import type { MinerHealth } from "./core/minerHealth.ts";

/** One tenure of one miner as the ledger shows it. */
export type RosterMiner = {
  /** Hotkey in hexadecimal, `@`, height of the registration: a slot that was replaced is another miner. */
  readonly key: MinerKey;
  readonly uid: Uid;
  readonly hotkey: Hotkey;
  /** Empty: it does not serve now, and keeps what is known of it. */
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
  /** Miners that serve and are not resting, each with the part of its calls that it answers in time, 0 to 1. */
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

type Tensors = Readonly<Record<string, Tensor>>;

/** Runs the mixture's graphs off the main thread. */
export type Learner = {
  /** One training step of one head. Takes the feeds' buffers over where it may. */
  readonly train: (feeds: Tensors) => Promise<Tensors>;
  readonly predict: (feeds: Tensors) => Promise<Tensors>;
  readonly close: () => Promise<void>;
};

/** What is left to score in a domain. */
export type DomainSupply = { readonly domain: string; readonly scoringBytesLeft: number };

/** The validator's text. `next` spends what it returns: it is never scored again, also after a kill. */
export type Sources = {
  readonly domains: readonly string[];
  /** @param epoch the ledger's; the pace bounds what one epoch may spend */
  readonly next: (request: {
    readonly epoch: number;
    readonly step: number;
    readonly withProbes: boolean;
  }) => Promise<StepMaterial>;
  readonly supply: () => readonly DomainSupply[];
};
