import { type AddressBytes, InvariantError, type Spikes } from "@ganglion/types";
import type { LedgerState } from "../state/ledgerState.ts";
import { readParams } from "../state/params.ts";
import { PROPOSAL_QUEUED, type Proposal, readProposals } from "../state/proposals.ts";
import { readStruct } from "../state/rows.ts";

/** By `status` of a proposal's row. */
const STATUSES = ["waiting", "voting", "queued", "executed", "rejected", "dropped"] as const;

/** Waits for its vote, is voted on, waits for its time lock, took effect, was voted down, or did not fit any more. */
export type ProposalStatus = (typeof STATUSES)[number];

export type ProposalView = {
  readonly id: number;
  readonly proposer: AddressBytes;
  readonly status: ProposalStatus;
  /** SSZ: `decodeProposalContent` reads it. */
  readonly content: Uint8Array;
  readonly yes: Spikes;
  readonly no: Spikes;
  /** All stake of the round of its vote; 0 before. */
  readonly roundStake: Spikes;
  /** It takes effect at the first end of an epoch at or after both; 0: it is not accepted. */
  readonly unlocksAtHeight: number;
  readonly unlocksAtMs: number;
};

export type GovernanceView = {
  /** 0: not before the bootstrap's end. */
  readonly round: number;
  readonly roundStart: number;
  /** It ends at the first end of an epoch at or after this height. */
  readonly roundEnds: number;
  readonly roundStake: Spikes;
  /** The upgrade that was decided last, also after it; height 0: none. */
  readonly upgrade: { readonly height: number; readonly name: string };
  /** By id: of this round and the last few. */
  readonly proposals: readonly ProposalView[];
};

/** The round of governance, what is proposed, and the upgrade that was decided. */
export function readGovernance(state: LedgerState): GovernanceView {
  const { round, roundStart, roundStake } = readStruct(state, "governance");
  const { height, name } = readStruct(state, "upgrade");
  return {
    round,
    roundStart,
    roundEnds: round === 0 ? 0 : roundStart + readParams(state).votingBlocks - 1,
    roundStake: roundStake as Spikes,
    upgrade: { height, name: String.fromCharCode(...name) },
    proposals: readProposals(state)
      .sort((a, b) => a.id - b.id)
      .map((proposal) => viewOf(state, proposal)),
  };
}

function viewOf(state: LedgerState, proposal: Proposal): ProposalView {
  const { timeLockBlocks, blockTargetMs } = readParams(state);
  const { id, content, queuedHeight, queuedMs } = proposal;
  const status = STATUSES[proposal.status];
  if (status === undefined) throw new InvariantError(`proposal ${id} has the status ${proposal.status}`);
  const isQueued = proposal.status === PROPOSAL_QUEUED;
  return {
    id,
    proposer: proposal.proposer as AddressBytes,
    status,
    content,
    yes: proposal.yes as Spikes,
    no: proposal.no as Spikes,
    roundStake: proposal.roundStake as Spikes,
    unlocksAtHeight: isQueued ? queuedHeight + timeLockBlocks : 0,
    unlocksAtMs: isQueued ? queuedMs + timeLockBlocks * blockTargetMs : 0,
  };
}
