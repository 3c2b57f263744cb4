import {
  asSpikes,
  encodeProposalContent,
  equalBytes,
  type Hotkey,
  type ProposalRow,
  type Spikes,
  type VoteRow,
} from "@ganglion/types";
import { concatBytes } from "@noble/hashes/utils.js";
import type { LedgerState, StateLookup } from "./ledgerState.ts";
import { effectiveStake, poolAt } from "./pools.ts";
import { type Position, positionsOf } from "./positions.ts";
import { patchRow, pushRow, readRow, readRows, readStruct, rowCount } from "./rows.ts";

export type Proposal = Readonly<ProposalRow> & { readonly index: number };

/** `status` of a proposal's row. */
export const PROPOSAL_WAITING = 0;
export const PROPOSAL_VOTING = 1;
export const PROPOSAL_QUEUED = 2;
export const PROPOSAL_EXECUTED = 3;
export const PROPOSAL_REJECTED = 4;
export const PROPOSAL_DROPPED = 5;

/** PERF: reads all proposals, of which there are a few rounds' (rule GOV-2). */
export function readProposals(state: LedgerState): Proposal[] {
  return readRows(state, "proposals").map((row, index) => ({ ...row, index }));
}

export function findProposal(state: LedgerState, id: number): Proposal | undefined {
  return readProposals(state).find((proposal) => proposal.id === id);
}

/** Rule GOV-3: what a position was worth when governance's present round began, rounded down. */
export function stakeAtRound(state: LedgerState, position: Position): Spikes {
  const { round } = readStruct(state, "governance");
  const pool = poolAt(state, position.pool);
  const shares = position.round < round ? position.shares : position.roundShares;
  const [amount, all] =
    pool.round < round ? [effectiveStake(pool), pool.shares] : [pool.roundAmount, pool.roundShares];
  return asSpikes(all === 0n ? 0n : (shares * amount) / all);
}

/** What all positions of an address, that still hold something, were worth then. PERF: one step a position. */
export function stakeOfAddressAtRound(state: LedgerState, address: Uint8Array): Spikes {
  const stakes = positionsOf(state, address).map((position) => stakeAtRound(state, position));
  return asSpikes(stakes.reduce<bigint>((sum, stake) => sum + stake, 0n));
}

type Ballot = Pick<VoteRow, "proposal" | "pool" | "address">;

export function hasVoted(state: LedgerState, ballot: Readonly<Ballot>): boolean {
  const count = rowCount(state, "votes");
  const isAt = (index: number): boolean => {
    if (index >= count) return false;
    const { proposal, pool, address } = readRow(state, "votes", index);
    return proposal === ballot.proposal && pool === ballot.pool && equalBytes(address, ballot.address);
  };
  return state.lookup.votes.find(ballotKey(ballot), isAt) !== undefined;
}

export function pushVote(state: LedgerState, row: VoteRow): void {
  indexVote(state.lookup, row, pushRow(state, "votes", row));
}

/** Lets the vote be found by proposal, pool and address. */
export function indexVote(lookup: StateLookup, ballot: Readonly<Ballot>, index: number): void {
  lookup.votes.add(ballotKey(ballot), index);
}

/** Rule GOV-6: whom a proposal would expel, it expels under any hotkey. */
export function followSwap(state: LedgerState, hotkey: Hotkey, newHotkey: Hotkey): void {
  const before = encodeProposalContent({ kind: "expel", hotkey });
  const content = encodeProposalContent({ kind: "expel", hotkey: newHotkey });
  for (const { index, content: bytes } of readProposals(state))
    if (equalBytes(bytes, before)) patchRow(state, "proposals", index, { content });
}

/** proposal u32 BE, pool u32 BE, address. */
function ballotKey({ proposal, pool, address }: Readonly<Ballot>): Uint8Array {
  const head = new Uint8Array(8);
  const view = new DataView(head.buffer);
  view.setUint32(0, proposal);
  view.setUint32(4, pool);
  return concatBytes(head, address);
}
