import { BooleanType, ByteVectorType, UintBigintType, UintNumberType } from "@chainsafe/ssz";

export const u8Type = new UintNumberType(1);
export const u16Type = new UintNumberType(2);
export const u32Type = new UintNumberType(4);
/** A u64 that stays below 2^53: heights, milliseconds, nonces. */
export const countType = new UintNumberType(8);
/** A u64 of money or difficulty. */
export const u64Type = new UintBigintType(8);
/** Shares of a stake pool. */
export const u128Type = new UintBigintType(16);
export const booleanType = new BooleanType();
export const bytes20Type = new ByteVectorType(20);
export const bytes32Type = new ByteVectorType(32);
export const bytes64Type = new ByteVectorType(64);

/** Slots that any ledger may have at most; the preset's `maxNeurons` is below. */
export const NEURONS_LIMIT = 4_096;
/** Domains that any ledger may have at most. */
export const DOMAINS_LIMIT = 64;
export const HOST_LIMIT_BYTES = 253;
/** Names of domains, records and upgrades. */
export const NAME_LIMIT_BYTES = 64;
export const URI_LIMIT_BYTES = 512;
