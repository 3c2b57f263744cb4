import { ByteListType, ContainerNodeStructType, type ValueOf } from "@chainsafe/ssz";
import { booleanType, bytes20Type, bytes32Type, countType, u32Type, u64Type, u128Type } from "./basics.ts";

/** Consensus keys that a ledger remembers at once: those of the engine's set and those that evidence may still name. */
export const CONSENSUS_KEYS_LIMIT = 1024;
/** One entry of {@link powerHistoryType}: consensus key 32, pool u32 LE, backing u64 LE. */
export const BACKING_BYTES = 44;

/**
 * Stake on a hotkey as shares: what is paid to or taken from all of it changes `amount` only. A pool's index is the
 * identity that survives a swap of the hotkey. What checkpoints hold: the values when `round` of governance began.
 */
export const poolType = new ContainerNodeStructType(
  {
    hotkey: bytes32Type,
    owner: bytes20Type,
    /** All stake, also what was added in this epoch. */
    amount: u64Type,
    /** Of `amount` less `addedAmount`. */
    shares: u128Type,
    /** Added during this epoch: counts, and buys shares, from the next epoch on. */
    addedAmount: u64Type,
    /** The owner's part of what is paid for stake, /1e6. */
    takePpm: u32Type,
    /** Height of the last raise of the take; 0 for none. */
    takeRaisedAt: countType,
    /** Zeros: none is bound. */
    consensusKey: bytes32Type,
    /** Height at which it was bound. */
    boundAt: countType,
    /** Jailed while the next height is not above it, or the block's time not above `jailedUntilMs`. 0: never was. */
    jailedUntilHeight: countType,
    jailedUntilMs: countType,
    /** A proven fault: never again a consensus key. */
    tombstoned: booleanType,
    round: u32Type,
    /** `amount` less `addedAmount`. */
    roundAmount: u64Type,
    roundShares: u128Type,
  },
  { typeName: "StakePool" },
);

/** An address's part of a pool. A row without shares and added stake is free for another once its round is over. */
export const positionType = new ContainerNodeStructType(
  {
    pool: u32Type,
    address: bytes20Type,
    shares: u128Type,
    /** Part of the pool's `addedAmount`. */
    addedAmount: u64Type,
    round: u32Type,
    roundShares: u128Type,
  },
  { typeName: "StakePosition" },
);

/** A position that has added stake, which becomes shares at the end of the epoch. */
export const addedStakeType = new ContainerNodeStructType({ position: u32Type }, { typeName: "AddedStake" });

export const unbondingType = new ContainerNodeStructType(
  {
    pool: u32Type,
    address: bytes20Type,
    amount: u64Type,
    /** Of `amount`: what counted, and so backed the pool's consensus key, up to the height of the unstaking. */
    backed: u64Type,
    startHeight: countType,
    releaseHeight: countType,
    releaseTimeMs: countType,
  },
  { typeName: "Unbonding" },
);

/** Stake that backed one pool and lies in another: kept while evidence may reach it. */
export const moveType = new ContainerNodeStructType(
  {
    fromPool: u32Type,
    toPool: u32Type,
    address: bytes20Type,
    amount: u64Type,
    height: countType,
    expiresHeight: countType,
    expiresMs: countType,
  },
  { typeName: "StakeMove" },
);

/** A key that the engine has or had, or that may fill up its set: it stays until evidence can no longer name it. */
export const consensusKeyType = new ContainerNodeStructType(
  {
    consensusKey: bytes32Type,
    pool: u32Type,
    /** In the engine's present set; 0: not in it. */
    power: u64Type,
    /** Blocks of this epoch that it signed, and for which its vote was told. */
    signedBlocks: u32Type,
    seenBlocks: u32Type,
    /** Named by genesis, or bound in place of such a key: it may fill up the set. */
    genesis: booleanType,
  },
  { typeName: "ConsensusKey" },
);

/** A key that was bound once, which no pool can bind again. */
export const usedKeyType = new ContainerNodeStructType(
  { consensusKey: bytes32Type },
  { typeName: "UsedKey" },
);

/**
 * What backed each key of the engine's set from a height on, to the next row's; kept while evidence can reach it. A set
 * that the last block of an epoch decides votes from the second block after it on.
 */
export const powerHistoryType = new ContainerNodeStructType(
  {
    epoch: countType,
    firstHeight: countType,
    /** Time of the block that decided the set. */
    startTimeMs: countType,
    entries: new ByteListType(CONSENSUS_KEYS_LIMIT * BACKING_BYTES),
  },
  { typeName: "PowerHistory" },
);

export type PoolRow = ValueOf<typeof poolType>;
export type PositionRow = ValueOf<typeof positionType>;
export type UnbondingRow = ValueOf<typeof unbondingType>;
export type MoveRow = ValueOf<typeof moveType>;
export type ConsensusKeyRow = ValueOf<typeof consensusKeyType>;
export type PowerHistoryRow = ValueOf<typeof powerHistoryType>;
