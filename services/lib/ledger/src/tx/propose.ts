import { encodeProposalContent, equalBytes } from "@ganglion/types";
import { findContentProblem } from "../governance/findContentProblem.ts";
import { type Rejection, reject } from "../rejections.ts";
import { PROPOSAL_WAITING, readProposals, stakeOfAddressAtRound } from "../state/proposals.ts";
import { pushRow, readStruct, writeStruct } from "../state/rows.ts";
import type { CheckView, Execution, Priced, TransactionRule } from "./transactionRule.ts";

const PPM = 1_000_000n;
/** More than the stake that a proposer needs allows, unless genesis asks for very little. */
const PROPOSALS_PER_ROUND = 128;

/** Rules GOV-1 and GOV-2. */
export const propose: TransactionRule<"propose"> = { lane: "consensus", paysFee: () => true, check, apply };

function check(view: CheckView, { tx, action }: Priced<"propose">): Rejection | undefined {
  const { state, params, height } = view;
  const { round, roundStake } = readStruct(state, "governance");
  if (round === 0) return reject("GOV_CLOSED");
  const { sender } = tx.body;
  const ofRound = readProposals(state).filter((proposal) => proposal.round === round);
  if (ofRound.some(({ proposer }) => equalBytes(proposer, sender))) return reject("GOV_PROPOSED_ALREADY");
  if (ofRound.length >= PROPOSALS_PER_ROUND) return reject("GOV_ROUND_FULL");
  const stake = stakeOfAddressAtRound(state, sender);
  if (stake === 0n || stake * PPM < roundStake * BigInt(params.proposalStakePpm))
    return reject("GOV_LOW_STAKE", `it had ${stake} of ${roundStake} spikes`);
  const earliest = height + params.votingBlocks + params.timeLockBlocks + 1;
  return findContentProblem(state, action.content, earliest);
}

function apply({ state, emit }: Execution, { tx, action }: Priced<"propose">): void {
  const { round, nextProposal: id } = readStruct(state, "governance");
  const { content } = action;
  const proposer = tx.body.sender;
  pushRow(state, "proposals", {
    id,
    proposer,
    round,
    status: PROPOSAL_WAITING,
    content: encodeProposalContent(content),
    yes: 0n,
    no: 0n,
    roundStake: 0n,
    queuedHeight: 0,
    queuedMs: 0,
  });
  writeStruct(state, "governance", { nextProposal: id + 1 });
  emit({ kind: "ProposalSent", proposal: id, proposer, what: content.kind, round });
}
