import { type BlockContext, hasCrowdedSender, type LedgerState, openTrial } from "@ganglion/ledger";
import { equalBytes } from "@ganglion/types";
import { readBlockLimits } from "../core/blockLimits.ts";
import { areProposable } from "../core/pendingChecks.ts";
import type { PooledTransaction } from "../core/pooledTransaction.ts";
import { selectTransactions } from "../core/selectTransactions.ts";
import type { PrepareProposalRequest, Proposal } from "./application.ts";

/** What a proposal builds on. */
type Committed = {
  readonly state: LedgerState;
  readonly head: { readonly height: number; readonly timeMs: number };
};

/** Makes blocks and judges those of others, each on a scratch of the committed state. */
export class Proposals {
  private readonly context: BlockContext;
  /** What this node proposed last, without evidence: known to be good. */
  private own: readonly Uint8Array[] = [];

  constructor(context: BlockContext) {
    this.context = context;
  }

  /** PERF: signatures aside, since what waits was found good by them, and nothing of the state enters them. */
  prepare(
    state: LedgerState,
    waiting: readonly PooledTransaction[],
    { timeMs, misbehaviour, maxBytes }: PrepareProposalRequest,
  ): readonly Uint8Array[] {
    const run = openTrial(state, { timeMs, misbehaviour }, { ...this.context, verifySignature: () => true });
    const limits = { ...readBlockLimits(state), maxBytes };
    const chosen = selectTransactions(waiting, limits, ({ bytes }) => run(bytes).code === "OK").map(
      ({ bytes }) => bytes,
    );
    this.own = misbehaviour.length === 0 ? chosen : [];
    return chosen;
  }

  process({ state, head }: Committed, { height, ...proposal }: Proposal): "accept" | "reject" {
    const { timeMs, transactions } = proposal;
    const { maxBytes, maxPerSender } = readBlockLimits(state);
    const size = transactions.reduce((sum, bytes) => sum + bytes.length, 0);
    const follows = height === head.height + 1 && timeMs >= head.timeMs;
    if (!follows || size > maxBytes) return "reject";
    if (this.isOwn(proposal)) return "accept";
    if (hasCrowdedSender(transactions, maxPerSender)) return "reject";
    return areProposable(state, proposal, this.context) ? "accept" : "reject";
  }

  /** A block was committed: what was good before it may not be after. */
  forget(): void {
    this.own = [];
  }

  /** The front of it: an engine may have less room. Time alone, without evidence, decides about no transaction. */
  private isOwn({ transactions, misbehaviour }: Omit<Proposal, "height">): boolean {
    const { own } = this;
    return (
      own.length > 0 &&
      misbehaviour.length === 0 &&
      own.length >= transactions.length &&
      transactions.every((bytes, i) => equalBytes(bytes, own[i] ?? bytes))
    );
  }
}
