import {
  ByteListType,
  type CompositeViewDU,
  ContainerNodeStructType,
  ContainerType,
  ListCompositeType,
  type ValueOf,
  VectorCompositeType,
} from "@chainsafe/ssz";
import {
  booleanType,
  bytes20Type,
  bytes32Type,
  countType,
  DOMAINS_LIMIT,
  HOST_LIMIT_BYTES,
  NAME_LIMIT_BYTES,
  NEURONS_LIMIT,
  u8Type,
  u16Type,
  u32Type,
  u64Type,
} from "./basics.ts";
import {
  charterType,
  governanceType,
  proposalType,
  recordType,
  upgradeType,
  voteType,
} from "./governanceTypes.ts";
import { protocolParamsType } from "./paramsType.ts";
import {
  addedStakeType,
  CONSENSUS_KEYS_LIMIT,
  consensusKeyType,
  moveType,
  poolType,
  positionType,
  powerHistoryType,
  unbondingType,
  usedKeyType,
} from "./stakeTypes.ts";
import { TRANSACTION_LIMIT_BYTES } from "./transaction.ts";

/** Blocks whose hashes and used work the state remembers; work may be at most one less old. */
export const RECENT_BLOCKS = 64;
/** Commits that a slot keeps, one an epoch: revealDelay is below. */
export const COMMIT_RING = 4;

const ROWS_LIMIT = 2 ** 32;
/** Epochs that evidence may reach back, with two more. */
export const POWER_HISTORY_LIMIT = 8_192;

/** Where the chain is. */
const clockType = new ContainerNodeStructType(
  {
    height: countType,
    timeMs: countType,
    /** Time of the last finished epoch's last block; of genesis before. */
    epochTimeMs: countType,
    /** Time that the last epoch counted too little of, below one block target. */
    carryMs: countType,
    /** Blocks of this epoch for which commit information was seen. */
    commitsSeen: u32Type,
  },
  { typeName: "Clock" },
);

/** Issuance is minted less recycled. */
const supplyType = new ContainerNodeStructType(
  { minted: u64Type, recycled: u64Type },
  { typeName: "Supply" },
);

const registrationType = new ContainerNodeStructType(
  {
    difficulty: u64Type,
    burnPrice: u64Type,
    /** Registrations of this interval. */
    workCount: u32Type,
    burnCount: u32Type,
    /** Height of the last registration. */
    lastHeight: countType,
  },
  { typeName: "Registration" },
);

/** `endedAt` is the height of the epoch boundary that ended it; 0 while it lasts. */
const bootstrapType = new ContainerNodeStructType(
  { active: booleanType, endedAt: countType },
  { typeName: "Bootstrap" },
);

const domainType = new ContainerNodeStructType(
  { name: new ByteListType(NAME_LIMIT_BYTES), sharePpm: u32Type },
  { typeName: "Domain" },
);

const accountType = new ContainerNodeStructType(
  { address: bytes20Type, balance: u64Type, nonce: countType },
  { typeName: "Account" },
);

const neuronType = new ContainerNodeStructType(
  {
    hotkey: bytes32Type,
    /** 0 has not said, 1 miner, 2 validator. */
    role: u8Type,
    host: new ByteListType(HOST_LIMIT_BYTES),
    port: u16Type,
    modelDigest: bytes32Type,
    version: u32Type,
    /** Height of the last serve or unserve. */
    servedAt: countType,
    registeredAt: countType,
    /** Height of the last commit; 0 for none. */
    committedAt: countType,
    /** Height of the last reveal that counted; 0 for none. */
    lastUpdate: countType,
    bootstrap: booleanType,
    permit: booleanType,
    active: booleanType,
    incentive: u16Type,
    consensus: u16Type,
    dividend: u16Type,
    validatorTrust: u16Type,
    emission: u64Type,
    emissionAverage: u64Type,
  },
  { typeName: "Neuron" },
);

/** The last revealed rows of a slot: SSZ bytes of weight rows. `epoch` is that of the reveal. */
const weightsType = new ContainerNodeStructType(
  {
    revealed: booleanType,
    epoch: countType,
    commitHeight: countType,
    rows: new ByteListType(TRANSACTION_LIMIT_BYTES),
  },
  { typeName: "Weights" },
);

/** Bonds of a validator's slot: (uid u16 LE, bond u16 LE) ascending by uid, zeros left out. */
const bondsType = new ContainerNodeStructType(
  { entries: new ByteListType(NEURONS_LIMIT * 4) },
  { typeName: "Bonds" },
);

/** At index uid x COMMIT_RING + epoch mod COMMIT_RING; height 0: none. */
const commitType = new ContainerNodeStructType(
  { epoch: countType, height: countType, commitment: bytes32Type },
  { typeName: "Commit" },
);

/** Where reuse of rows goes on looking: it makes a list of rows that come and go no longer than twice its most. */
const cursorsType = new ContainerNodeStructType({ position: u32Type }, { typeName: "Cursors" });

/** Everything that execution depends on; its root is the app hash. Lists by uid: neurons, weights, bonds. */
export const ledgerStateType = new ContainerType(
  {
    genesisHash: bytes32Type,
    preset: new ByteListType(16),
    params: protocolParamsType,
    clock: clockType,
    supply: supplyType,
    registration: registrationType,
    bootstrap: bootstrapType,
    governance: governanceType,
    charter: charterType,
    upgrade: upgradeType,
    cursors: cursorsType,
    /** Hash of the block at index height mod RECENT_BLOCKS. */
    blockHashes: new VectorCompositeType(bytes32Type, RECENT_BLOCKS),
    /** Seal of the work that registered at index height mod RECENT_BLOCKS; zeros for none. */
    usedWork: new VectorCompositeType(bytes32Type, RECENT_BLOCKS),
    domains: new ListCompositeType(domainType, DOMAINS_LIMIT),
    consensusKeys: new ListCompositeType(consensusKeyType, CONSENSUS_KEYS_LIMIT),
    usedKeys: new ListCompositeType(usedKeyType, ROWS_LIMIT),
    accounts: new ListCompositeType(accountType, ROWS_LIMIT),
    neurons: new ListCompositeType(neuronType, NEURONS_LIMIT),
    weights: new ListCompositeType(weightsType, NEURONS_LIMIT),
    bonds: new ListCompositeType(bondsType, NEURONS_LIMIT),
    commits: new ListCompositeType(commitType, NEURONS_LIMIT * COMMIT_RING),
    pools: new ListCompositeType(poolType, ROWS_LIMIT),
    positions: new ListCompositeType(positionType, ROWS_LIMIT),
    addedStakes: new ListCompositeType(addedStakeType, ROWS_LIMIT),
    unbondings: new ListCompositeType(unbondingType, ROWS_LIMIT),
    moves: new ListCompositeType(moveType, ROWS_LIMIT),
    powerHistory: new ListCompositeType(powerHistoryType, POWER_HISTORY_LIMIT),
    proposals: new ListCompositeType(proposalType, ROWS_LIMIT),
    votes: new ListCompositeType(voteType, ROWS_LIMIT),
    records: new ListCompositeType(recordType, ROWS_LIMIT),
  },
  { typeName: "LedgerState" },
);

/** Mutable, deferred view of the state's tree. */
export type LedgerStateView = CompositeViewDU<typeof ledgerStateType>;
export type AccountRow = ValueOf<typeof accountType>;
export type NeuronRow = ValueOf<typeof neuronType>;
