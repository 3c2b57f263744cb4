import { createHash } from "node:crypto";
import type { CometbftHeader } from "@ganglion/types";
import { bytesField, delimited, fixed64Field, messageField, varintField } from "./protoBytes.ts";

const PRECOMMIT = 2n;

type Time = { readonly seconds: number; readonly nanos: number };

/** Merkle root of the header's fields, which is the block's hash. */
function headerHash(header: CometbftHeader): Uint8Array {
  const version = [varintField(1, BigInt(header.versionBlock)), varintField(2, BigInt(header.versionApp))];
  const parts = partSet(header.lastPartsTotal, header.lastPartsHash);
  return merkleRoot([
    Buffer.concat(version),
    bytesField(1, header.chainId),
    varintField(1, BigInt(header.height)),
    timestamp(header),
    Buffer.concat([bytesField(1, header.lastBlockHash), messageField(2, parts)]),
    bytesField(1, header.lastCommitHash),
    bytesField(1, header.dataHash),
    bytesField(1, header.validatorsHash),
    bytesField(1, header.nextValidatorsHash),
    bytesField(1, header.consensusHash),
    bytesField(1, header.appHash),
    bytesField(1, header.lastResultsHash),
    bytesField(1, header.evidenceHash),
    bytesField(1, header.proposerAddress),
  ]);
}

/** Names a set of validators, in its order, with their powers. */
export function validatorsHash(validators: CometbftHeader["validators"]): Uint8Array {
  return merkleRoot(
    validators.map(({ consensusKey, power }) =>
      Buffer.concat([messageField(1, bytesField(1, consensusKey)), varintField(2, power)]),
    ),
  );
}

/** What a validator signs when it commits to the header's block. */
export function commitBytes(header: CometbftHeader, signedAt: Time): Uint8Array {
  const block = Buffer.concat([
    bytesField(1, headerHash(header)),
    messageField(2, partSet(header.partsTotal, header.partsHash)),
  ]);
  return delimited(
    Buffer.concat([
      varintField(1, PRECOMMIT),
      fixed64Field(2, BigInt(header.height)),
      fixed64Field(3, BigInt(header.round)),
      messageField(4, block),
      messageField(5, timestamp(signedAt)),
      bytesField(6, header.chainId),
    ]),
  );
}

function partSet(total: number, hash: Uint8Array): Uint8Array {
  return Buffer.concat([varintField(1, BigInt(total)), bytesField(2, hash)]);
}

function timestamp({ seconds, nanos }: Time): Uint8Array {
  return Buffer.concat([varintField(1, BigInt(seconds)), varintField(2, BigInt(nanos))]);
}

/** RFC 6962: leaves and inner nodes are told apart by their first byte, the left part is the largest power of two. */
function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return sha256();
  if (leaves.length === 1) return sha256(Uint8Array.of(0), first);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Uint8Array.of(1), merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split)));
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
}
