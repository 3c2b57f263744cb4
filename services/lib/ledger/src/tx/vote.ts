import { InvariantError, VOTE_CHOICES, type VoteAction } from "@ganglion/types";
import { type Rejection, reject } from "../rejections.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { findPoolOfHotkey } from "../state/pools.ts";
import { findPosition, type Position } from "../state/positions.ts";
import { findProposal, hasVoted, PROPOSAL_VOTING, pushVote, stakeAtRound } from "../state/proposals.ts";
import { patchRow } from "../state/rows.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

/** Rule GOV-3. */
export const vote: TransactionRule<"vote"> = { lane: "consensus", paysFee: () => true, check, apply };

function check({ state }: CheckView, { tx, action }: Priced<"vote">): Rejection | undefined {
  if (findProposal(state, action.proposal)?.status !== PROPOSAL_VOTING) return reject("GOV_NOT_VOTING");
  const position = positionOf(state, tx.body.sender, action);
  if (position === undefined || stakeAtRound(state, position) === 0n) return reject("GOV_NO_STAKE");
  return hasVoted(state, { ...position, proposal: action.proposal }) ? reject("GOV_VOTED") : undefined;
}

function apply({ state, emit }: Execution, { tx, action }: Priced<"vote">): void {
  const { proposal: id, choice, hotkey } = action;
  const address = tx.body.sender;
  const proposal = findProposal(state, id);
  const position = positionOf(state, address, action);
  if (proposal === undefined || position === undefined)
    throw new InvariantError("a checked vote's proposal or position is gone");
  const weight = stakeAtRound(state, position);
  const { pool } = position;
  pushVote(state, { proposal: id, pool, address, choice: VOTE_CHOICES.indexOf(choice) + 1, weight });
  const { index, yes, no } = proposal;
  patchRow(state, "proposals", index, choice === "yes" ? { yes: yes + weight } : { no: no + weight });
  emit({ kind: "VoteCast", proposal: id, pool, hotkey, address, choice, weight });
}

function positionOf(state: LedgerState, sender: Uint8Array, { hotkey }: VoteAction): Position | undefined {
  const pool = findPoolOfHotkey(state, hotkey);
  return pool && findPosition(state, pool.index, sender);
}
