import { decodeProposalContent } from "@ganglion/types";
import { executeContent } from "../governance/executeContent.ts";
import { findContentProblem } from "../governance/findContentProblem.ts";
import { effectiveStake } from "../state/pools.ts";
import {
  PROPOSAL_DROPPED,
  PROPOSAL_EXECUTED,
  PROPOSAL_QUEUED,
  PROPOSAL_REJECTED,
  PROPOSAL_VOTING,
  PROPOSAL_WAITING,
  type Proposal,
  readProposals,
} from "../state/proposals.ts";
import { patchRow, readRows, readStruct, removeRows, truncateRows, writeStruct } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";

const PPM = 1_000_000n;
/** Rounds after which a decided proposal is forgotten: it was voted on in the first of them. */
const ROUNDS_KEPT = 3;

/** Rules GOV-1, GOV-4 and GOV-9, after all else of an epoch's end: rounds change and decisions take effect. */
export function processGovernance(execution: Execution): void {
  const { state, params, height } = execution;
  if (readStruct(state, "bootstrap").active) return;
  const { round, roundStart } = readStruct(state, "governance");
  if (round === 0 || height - roundStart + 1 >= params.votingBlocks) startRound(execution);
  for (const proposal of readProposals(state).sort((a, b) => a.id - b.id))
    if (proposal.status === PROPOSAL_QUEUED && isUnlocked(execution, proposal)) execute(execution, proposal);
}

/** Counts the votes of the round that ends and opens those on what was proposed in it. */
function startRound(execution: Execution): void {
  const { state, height } = execution;
  const round = readStruct(state, "governance").round + 1;
  const roundStake = readRows(state, "pools").reduce((sum, pool) => sum + effectiveStake(pool), 0n);
  for (const proposal of readProposals(state).sort((a, b) => a.id - b.id)) {
    if (proposal.status === PROPOSAL_VOTING) tally(execution, proposal);
    if (proposal.status === PROPOSAL_WAITING)
      patchRow(state, "proposals", proposal.index, { status: PROPOSAL_VOTING, roundStake });
  }
  truncateRows(state, "votes", 0);
  removeRows(state, "proposals", (row) => row.status > PROPOSAL_QUEUED && row.round + ROUNDS_KEPT < round);
  writeStruct(state, "governance", { round, roundStart: height + 1, roundStake });
}

/** Rule GOV-4. */
function tally({ state, params, height, timeMs, emit }: Execution, proposal: Proposal): void {
  const { id, index, yes, no, roundStake } = proposal;
  const cast = yes + no;
  const accepted =
    yes > 0n &&
    cast * PPM >= roundStake * BigInt(params.quorumPpm) &&
    yes * PPM >= cast * BigInt(params.thresholdPpm);
  const change = accepted
    ? { status: PROPOSAL_QUEUED, queuedHeight: height, queuedMs: timeMs }
    : { status: PROPOSAL_REJECTED };
  patchRow(state, "proposals", index, change);
  emit({
    kind: "ProposalTallied",
    proposal: id,
    outcome: accepted ? "accepted" : "rejected",
    yes,
    no,
    roundStake,
  });
}

/** Rule GOV-9: the time lock ends after its blocks and as many block targets of time. */
function isUnlocked({ params, height, timeMs }: Execution, { queuedHeight, queuedMs }: Proposal): boolean {
  const { timeLockBlocks, blockTargetMs } = params;
  return height >= queuedHeight + timeLockBlocks && timeMs >= queuedMs + timeLockBlocks * blockTargetMs;
}

function execute(execution: Execution, { id, index, content: bytes }: Proposal): void {
  const { state, height, emit } = execution;
  const content = decodeProposalContent(bytes);
  const problem = findContentProblem(state, content, height + 1);
  patchRow(state, "proposals", index, { status: problem ? PROPOSAL_DROPPED : PROPOSAL_EXECUTED });
  if (problem !== undefined) {
    emit({ kind: "ProposalDropped", proposal: id, code: problem.code, message: problem.message });
    return;
  }
  executeContent(execution, content);
  emit({ kind: "ProposalExecuted", proposal: id, what: content.kind });
}
