import type { ProtocolParams } from "@ganglion/params";
import type { Action, ActionKind, DecodedTransaction, LedgerEvent, Spikes } from "@ganglion/types";
import type { Lane } from "../ledgerTypes.ts";
import type { Rejection } from "../rejections.ts";
import type { LedgerState } from "../state/ledgerState.ts";

/** Where a transaction runs: the block's draft and what it may read besides. */
export type Execution = {
  readonly state: LedgerState;
  readonly params: ProtocolParams;
  /** Of the block that includes it. */
  readonly height: number;
  readonly timeMs: number;
  readonly epoch: number;
  readonly emit: (event: LedgerEvent) => void;
};

/** What a check reads; nothing is written. */
export type CheckView = Omit<Execution, "emit" | "timeMs">;

/** A transaction whose form is right, with what it costs. */
export type Priced<Kind extends ActionKind = ActionKind> = {
  readonly tx: DecodedTransaction;
  readonly action: Extract<Action, { kind: Kind }>;
  readonly fee: Spikes;
};

/** One kind of transaction: `check` decides everything, so that `apply` cannot fail. */
export type TransactionRule<Kind extends ActionKind> = {
  readonly lane: Lane;
  /** Rule FEE: whether the byte fee is due. */
  readonly paysFee: (action: Extract<Action, { kind: Kind }>) => boolean;
  readonly check: (view: CheckView, priced: Priced<Kind>) => Rejection | undefined;
  readonly apply: (execution: Execution, priced: Priced<Kind>) => void;
};
