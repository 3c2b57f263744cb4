import {
  ByteListType,
  ByteVectorType,
  ContainerType,
  ListCompositeType,
  UintBigintType,
  UintNumberType,
} from "@chainsafe/ssz";
import type { Misbehaviour } from "@ganglion/ledger";
import { TRANSACTION_LIMIT_BYTES } from "@ganglion/types";
import type { DecidedBlock } from "../engine/application.ts";

const MISBEHAVIOURS: readonly Misbehaviour["kind"][] = ["duplicateVote", "lightClientAttack"];

const bytes32 = new ByteVectorType(32);
const count = new UintNumberType(8);
const flag = new UintNumberType(1);

/** A block of the log: all that executing it again needs. */
const blockType = new ContainerType({
  height: count,
  timeMs: count,
  hash: bytes32,
  parentHash: bytes32,
  proposer: bytes32,
  seal: new ByteListType(1 << 16),
  lastCommit: new ListCompositeType(
    new ContainerType({ consensusKey: bytes32, power: new UintBigintType(8), signed: flag }),
    1 << 10,
  ),
  misbehaviour: new ListCompositeType(
    new ContainerType({ kind: flag, consensusKey: bytes32, height: count, timeMs: count }),
    1 << 10,
  ),
  transactions: new ListCompositeType(new ByteListType(TRANSACTION_LIMIT_BYTES), 1 << 20),
});

export function encodeBlock(block: DecidedBlock): Uint8Array {
  return blockType.serialize({
    ...block,
    lastCommit: block.lastCommit.map((vote) => ({ ...vote, signed: vote.signed ? 1 : 0 })),
    misbehaviour: block.misbehaviour.map((fault) => ({ ...fault, kind: MISBEHAVIOURS.indexOf(fault.kind) })),
    transactions: [...block.transactions],
  });
}

/** Throws for bytes that are not a block. */
export function decodeBlock(bytes: Uint8Array): DecidedBlock {
  const value = blockType.deserialize(bytes);
  return {
    ...value,
    lastCommit: value.lastCommit.map((vote) => ({ ...vote, signed: vote.signed === 1 })),
    misbehaviour: value.misbehaviour.map((fault) => ({
      ...fault,
      kind: MISBEHAVIOURS[fault.kind] ?? "duplicateVote",
    })),
  };
}
