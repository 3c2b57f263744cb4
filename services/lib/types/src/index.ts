export { formatGln, parseGln } from "./amounts.ts";
export { bytesToHex, equalBytes, hexToBytes } from "./bytes.ts";
export { createRandom, type Random } from "./createRandom.ts";
export { DOMAIN_TAGS, type DomainTag, domainTag } from "./domainTags.ts";
export { errorCode, errorMessage, GanglionError, InvariantError } from "./errors.ts";
export {
  type AddressBytes,
  asEpochIndex,
  asHeight,
  asSpikes,
  asUid,
  type EpochIndex,
  type Height,
  type Hotkey,
  isVacantHotkey,
  parseAddressBytes,
  parseHotkey,
  type Spikes,
  type Uid,
} from "./ids.ts";
export type { LedgerEvent, LedgerEventKind } from "./ledgerEvent.ts";
export type { Clock, LogFields, Logger } from "./ports.ts";
export {
  ACTION_KINDS,
  type Action,
  type ActionKind,
  type BindKeyAction,
  type CommitWeightsAction,
  type MoveStakeAction,
  type NeuronRole,
  type ProposeAction,
  type PublishRecordAction,
  type RecordKind,
  type RegisterAction,
  type RegistrationProof,
  type RevealWeightsAction,
  type ServeAction,
  type SetTakeAction,
  type StakeAction,
  type SwapHotkeyAction,
  type TransferAction,
  UNSTAKE_ALL,
  type UnbindKeyAction,
  type UnserveAction,
  type UnstakeAction,
  type VoteAction,
  type VoteChoice,
} from "./ssz/action.ts";
export { RECORD_KINDS, VOTE_CHOICES } from "./ssz/actionCodec.ts";
export {
  type Authority,
  type AuthoritySignature,
  addressOfAuthority,
  addressOfKey,
  compareBytes,
  singleSignature,
} from "./ssz/authority.ts";
export { DOMAINS_LIMIT, NEURONS_LIMIT } from "./ssz/basics.ts";
export { bindKeyMessage } from "./ssz/bindKeyMessage.ts";
export { type BlockHeader, blockHash, transactionsRoot } from "./ssz/block.ts";
export type { ProposalRow, RecordRow, VoteRow } from "./ssz/governanceTypes.ts";
export {
  type CometbftHeader,
  decodeLightProof,
  encodeLightProof,
  type LightProof,
  type ProofRow,
  type SoloHeader,
} from "./ssz/lightProof.ts";
export { helperIndices, multiproofRoot, type RowPlace, rowPlace } from "./ssz/multiproof.ts";
export { PARAMETER_NAMES, protocolParamsType } from "./ssz/paramsType.ts";
export {
  decodeProposalContent,
  encodeProposalContent,
  type ParameterChange,
  type ProposalContent,
} from "./ssz/proposalContent.ts";
export {
  BACKING_BYTES,
  CONSENSUS_KEYS_LIMIT,
  type ConsensusKeyRow,
  type MoveRow,
  type PoolRow,
  type PositionRow,
  type PowerHistoryRow,
  type UnbondingRow,
} from "./ssz/stakeTypes.ts";
export {
  type AccountRow,
  COMMIT_RING,
  type LedgerStateView,
  ledgerStateType,
  type NeuronRow,
  POWER_HISTORY_LIMIT,
  RECENT_BLOCKS,
} from "./ssz/state.ts";
export {
  type DecodedTransaction,
  decodeSignedTransaction,
  encodeSignedTransaction,
  type SignedTransaction,
  signingBytes,
  signingBytesOf,
  TRANSACTION_LIMIT_BYTES,
  type TransactionBody,
  transactionHash,
} from "./ssz/transaction.ts";
export {
  saltFromSignature,
  saltMessage,
  type WeightCommitmentInput,
  weightCommitment,
} from "./ssz/weightCommitment.ts";
export { decodeWeightRows, encodeWeightRows, type WeightEntry, type WeightRow } from "./ssz/weightRow.ts";
export { meetsDifficulty, type WorkInput, workMessage, workSeal, workTag } from "./ssz/workSeal.ts";
