import { ByteListType, ContainerType, ListCompositeType } from "@chainsafe/ssz";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { domainTag } from "../domainTags.ts";
import { bytes32Type, countType } from "./basics.ts";
import { TRANSACTION_LIMIT_BYTES } from "./transaction.ts";

/** What a proposer signs of a block; the hash of one header is the next one's parent. */
export type BlockHeader = {
  readonly genesisHash: Uint8Array;
  readonly height: number;
  readonly timeMs: number;
  readonly parentHash: Uint8Array;
  /** Consensus key, 32 bytes. */
  readonly proposer: Uint8Array;
  /** Root of the state after the parent. */
  readonly parentStateRoot: Uint8Array;
  /** {@link transactionsRoot} */
  readonly transactionsRoot: Uint8Array;
};

const TRANSACTIONS_LIMIT = 1 << 20;

const blockHeaderType = new ContainerType(
  {
    genesisHash: bytes32Type,
    height: countType,
    timeMs: countType,
    parentHash: bytes32Type,
    proposer: bytes32Type,
    parentStateRoot: bytes32Type,
    transactionsRoot: bytes32Type,
  },
  { typeName: "BlockHeader" },
);

const transactionsType = new ListCompositeType(new ByteListType(TRANSACTION_LIMIT_BYTES), TRANSACTIONS_LIMIT);

/** SHA-256(tag, SSZ of the header): a block's hash, and what its proposer signs. */
export function blockHash(header: BlockHeader): Uint8Array {
  return sha256(concatBytes(domainTag("block"), blockHeaderType.serialize(header)));
}

/** SSZ root of a block's transactions. */
export function transactionsRoot(transactions: readonly Uint8Array[]): Uint8Array {
  return transactionsType.hashTreeRoot([...transactions]);
}
