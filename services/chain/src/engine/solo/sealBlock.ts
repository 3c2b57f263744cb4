import type { Signer } from "@ganglion/keys";
import type { VerifySignature } from "@ganglion/ledger";
import { type BlockHeader, blockHash, domainTag, equalBytes, transactionsRoot } from "@ganglion/types";
import type { DecidedBlock } from "../application.ts";

export type HeaderInput = Omit<BlockHeader, "transactionsRoot"> & {
  readonly transactions: readonly Uint8Array[];
};

/** Hash of a block and its proposer's signature over it. */
export function sealBlock(
  input: HeaderInput,
  signer: Signer,
): { readonly hash: Uint8Array; readonly seal: Uint8Array } {
  const hash = hashOf(input);
  return { hash, seal: signer.sign(sealMessage(hash)) };
}

/** Whether a block of the log is what its proposer signed on top of this parent state. */
export function isSealed(
  block: DecidedBlock,
  parent: { readonly genesisHash: Uint8Array; readonly parentStateRoot: Uint8Array },
  verifySignature: VerifySignature,
): boolean {
  const hash = hashOf({ ...block, ...parent });
  return equalBytes(hash, block.hash) && verifySignature(block.proposer, sealMessage(hash), block.seal);
}

function hashOf({ transactions, ...header }: HeaderInput): Uint8Array {
  const { genesisHash, height, timeMs, parentHash, proposer, parentStateRoot } = header;
  return blockHash({
    genesisHash,
    height,
    timeMs,
    parentHash,
    proposer,
    parentStateRoot,
    transactionsRoot: transactionsRoot(transactions),
  });
}

function sealMessage(hash: Uint8Array): Uint8Array {
  return Buffer.concat([domainTag("block"), hash]);
}
