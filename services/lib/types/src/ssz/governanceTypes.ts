import { ByteListType, ContainerNodeStructType, type ValueOf } from "@chainsafe/ssz";
import {
  bytes20Type,
  bytes32Type,
  countType,
  NAME_LIMIT_BYTES,
  URI_LIMIT_BYTES,
  u8Type,
  u32Type,
  u64Type,
} from "./basics.ts";
import { CHARTER_LIMIT_BYTES } from "./proposalContent.ts";
import { TRANSACTION_LIMIT_BYTES } from "./transaction.ts";

/** Governance runs in rounds of `votingBlocks`: what is proposed during one is voted on in the next. */
export const governanceType = new ContainerNodeStructType(
  {
    round: u32Type,
    /** Height of the round's first block; 0 before the first. */
    roundStart: countType,
    /** All stake that counted at the round's start. */
    roundStake: u64Type,
    /** Id of the next proposal. */
    nextProposal: u32Type,
  },
  { typeName: "Governance" },
);

export const proposalType = new ContainerNodeStructType(
  {
    id: u32Type,
    proposer: bytes20Type,
    /** In which it was sent; it is voted on in the next. */
    round: u32Type,
    /** 0 waiting, 1 voting, 2 queued, 3 executed, 4 rejected, 5 dropped. */
    status: u8Type,
    /** SSZ of a proposal's content. */
    content: new ByteListType(TRANSACTION_LIMIT_BYTES),
    yes: u64Type,
    no: u64Type,
    /** All stake that counted when the vote began. */
    roundStake: u64Type,
    /** Since when the time lock runs; 0: it does not. */
    queuedHeight: countType,
    queuedMs: countType,
  },
  { typeName: "Proposal" },
);

export const voteType = new ContainerNodeStructType(
  {
    proposal: u32Type,
    pool: u32Type,
    address: bytes20Type,
    /** 1 yes, 2 no. */
    choice: u8Type,
    weight: u64Type,
  },
  { typeName: "Vote" },
);

/** The charter in force, UTF-8; empty before the first. */
export const charterType = new ContainerNodeStructType(
  { text: new ByteListType(CHARTER_LIMIT_BYTES), adoptedAt: countType },
  { typeName: "Charter" },
);

/** The upgrade that was decided last; height 0: none. */
export const upgradeType = new ContainerNodeStructType(
  { height: countType, name: new ByteListType(NAME_LIMIT_BYTES) },
  { typeName: "Upgrade" },
);

/** A dataset's manifest (kind 1) or a model card (2): what its owner says a URI gives. */
export const recordType = new ContainerNodeStructType(
  {
    kind: u8Type,
    owner: bytes20Type,
    name: new ByteListType(NAME_LIMIT_BYTES),
    digest: bytes32Type,
    uri: new ByteListType(URI_LIMIT_BYTES),
    updatedAt: countType,
  },
  { typeName: "Record" },
);

export type ProposalRow = ValueOf<typeof proposalType>;
export type VoteRow = ValueOf<typeof voteType>;
export type RecordRow = ValueOf<typeof recordType>;
