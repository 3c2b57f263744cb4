import type { Signer } from "@ganglion/keys";
import {
  type Action,
  addressOfKey,
  asHeight,
  bytesToHex,
  encodeSignedTransaction,
  GanglionError,
  parseAddressBytes,
  signingBytes,
  singleSignature,
  type TransactionBody,
} from "@ganglion/types";

export type TransactionInput = {
  readonly action: Action;
  /** The sender's key first; each key signs once. */
  readonly signers: readonly Signer[];
  /** Absent: the address of the first signer's key. */
  readonly sender?: Uint8Array;
  readonly nonce: number;
  readonly validUntil: number;
  readonly genesisHash: Uint8Array;
};

/**
 * The bytes of a signed transaction.
 * @throws GanglionError CLIENT_NO_SIGNER when no signer is given
 */
export function buildTransaction(input: TransactionInput): Uint8Array {
  const body: TransactionBody = {
    sender: senderOf(input),
    nonce: input.nonce,
    validUntil: asHeight(input.validUntil),
    action: input.action,
  };
  const message = signingBytes(body, input.genesisHash);
  const signers = new Map(input.signers.map((signer) => [bytesToHex(signer.publicKey), signer]));
  return encodeSignedTransaction({
    body,
    signatures: Array.from(signers.values(), (signer) =>
      singleSignature(signer.publicKey, signer.sign(message)),
    ),
  });
}

/** The account whose nonce the transaction uses. */
export function senderOf({ sender, signers }: Pick<TransactionInput, "sender" | "signers">) {
  if (sender !== undefined) return parseAddressBytes(sender);
  const first = signers[0];
  if (first === undefined)
    throw new GanglionError("CLIENT_NO_SIGNER", "a transaction needs the signer of its sender");
  return addressOfKey(first.publicKey);
}
