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
  type CommitWeightsAction,
  type NeuronRole,
  type RegisterAction,
  type RegistrationProof,
  type RevealWeightsAction,
  type ServeAction,
  type StakeAction,
  type TransferAction,
  UNSTAKE_ALL,
  type UnserveAction,
  type UnstakeAction,
} from "./ssz/action.ts";
export {
  type Authority,
  type AuthoritySignature,
  addressOfAuthority,
  addressOfKey,
  compareBytes,
  singleSignature,
} from "./ssz/authority.ts";
export { DOMAINS_LIMIT, NEURONS_LIMIT } from "./ssz/basics.ts";
export { type BlockHeader, blockHash, transactionsRoot } from "./ssz/block.ts";
export {
  type AccountRow,
  COMMIT_RING,
  type LedgerStateView,
  ledgerStateType,
  type NeuronRow,
  type PoolRow,
  type PositionRow,
  protocolParamsType,
  RECENT_BLOCKS,
  type UnbondingRow,
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
