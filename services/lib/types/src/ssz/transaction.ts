import { ContainerType, ListCompositeType } from "@chainsafe/ssz";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { equalBytes } from "../bytes.ts";
import { domainTag } from "../domainTags.ts";
import { GanglionError } from "../errors.ts";
import { type AddressBytes, asHeight, type Height, parseAddressBytes } from "../ids.ts";
import { type Action, actionType } from "./action.ts";
import { actionFromSsz, actionToSsz } from "./actionCodec.ts";
import { AUTHORITY_KEYS_LIMIT, type AuthoritySignature } from "./authority.ts";
import { bytes20Type, bytes32Type, bytes64Type, countType, u8Type } from "./basics.ts";

/** Bytes of a transaction on any ledger; `maxTxBytes` of the parameters may be lower. */
export const TRANSACTION_LIMIT_BYTES = 64 * 1024;
/** The only version of bodies so far. */
const TRANSACTION_VERSION = 1;

const SIGNATURES_LIMIT = 4;
const TRANSACTION_TAG = domainTag("transaction");

export type TransactionBody = {
  /** Whose nonce is used and who pays the fee; its authority signs first. */
  readonly sender: AddressBytes;
  /** Number of the sender's transactions before this one. */
  readonly nonce: number;
  /** Last height at which the transaction may be included. */
  readonly validUntil: Height;
  readonly action: Action;
};

export type SignedTransaction = {
  readonly body: TransactionBody;
  /** One for each address that must sign: the sender, then a registered hotkey if it is another. */
  readonly signatures: readonly AuthoritySignature[];
};

export type DecodedTransaction = SignedTransaction & {
  readonly hash: Uint8Array;
  /** What was signed, without tag and genesis hash. */
  readonly bodyBytes: Uint8Array;
  readonly sizeBytes: number;
};

const transactionBodyType = new ContainerType(
  { version: u8Type, sender: bytes20Type, nonce: countType, validUntil: countType, action: actionType },
  { typeName: "TransactionBody" },
);

const authoritySignatureType = new ContainerType(
  {
    threshold: u8Type,
    keys: new ListCompositeType(bytes32Type, AUTHORITY_KEYS_LIMIT),
    signatures: new ListCompositeType(
      new ContainerType({ index: u8Type, signature: bytes64Type }),
      AUTHORITY_KEYS_LIMIT,
    ),
  },
  { typeName: "AuthoritySignature" },
);

const signedTransactionType = new ContainerType(
  { body: transactionBodyType, signatures: new ListCompositeType(authoritySignatureType, SIGNATURES_LIMIT) },
  { typeName: "SignedTransaction" },
);

function encodeTransactionBody(body: TransactionBody): Uint8Array {
  return transactionBodyType.serialize(bodyToSsz(body));
}

/** What the keys sign: tag, genesis hash, SSZ of the body. */
export function signingBytes(body: TransactionBody, genesisHash: Uint8Array): Uint8Array {
  return signingBytesOf(encodeTransactionBody(body), genesisHash);
}

/** As {@link signingBytes}, of a body that is bytes already. */
export function signingBytesOf(bodyBytes: Uint8Array, genesisHash: Uint8Array): Uint8Array {
  return concatBytes(TRANSACTION_TAG, genesisHash, bodyBytes);
}

export function encodeSignedTransaction({ body, signatures }: SignedTransaction): Uint8Array {
  return signedTransactionType.serialize({
    body: bodyToSsz(body),
    signatures: signatures.map(({ authority, signatures: list }) => ({
      threshold: authority.threshold,
      keys: [...authority.keys],
      signatures: [...list],
    })),
  });
}

/**
 * The one reading of a transaction's bytes: any other bytes with the same meaning are refused.
 * @throws GanglionError TX_TOO_LARGE, TX_MALFORMED
 */
export function decodeSignedTransaction(bytes: Uint8Array): DecodedTransaction {
  if (bytes.length > TRANSACTION_LIMIT_BYTES)
    throw new GanglionError("TX_TOO_LARGE", `a transaction has at most ${TRANSACTION_LIMIT_BYTES} bytes`);
  try {
    return decode(bytes);
  } catch (cause) {
    if (cause instanceof GanglionError && cause.code === "TX_MALFORMED") throw cause;
    throw new GanglionError("TX_MALFORMED", "these bytes are not an SSZ signed transaction", {}, { cause });
  }
}

/** SHA-256 of the signed bytes. */
export function transactionHash(bytes: Uint8Array): Uint8Array {
  return sha256(bytes);
}

function decode(bytes: Uint8Array): DecodedTransaction {
  const value = signedTransactionType.deserialize(bytes);
  if (!equalBytes(signedTransactionType.serialize(value), bytes))
    throw new GanglionError("TX_MALFORMED", "the encoding is not canonical");
  const { body } = value;
  if (body.version !== TRANSACTION_VERSION)
    throw new GanglionError("TX_MALFORMED", `unknown transaction version ${body.version}`);
  return {
    body: {
      sender: parseAddressBytes(body.sender),
      nonce: body.nonce,
      validUntil: asHeight(body.validUntil),
      action: actionFromSsz(body.action),
    },
    signatures: value.signatures.map(({ threshold, keys, signatures }) => ({
      authority: { threshold, keys },
      signatures,
    })),
    hash: sha256(bytes),
    bodyBytes: bodyBytesOf(bytes),
    sizeBytes: bytes.length,
  };
}

/** The body lies between its offset, the first u32, and that of the signatures, the second. */
function bodyBytesOf(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.slice(view.getUint32(0, true), view.getUint32(4, true));
}

function bodyToSsz({ sender, nonce, validUntil, action }: TransactionBody) {
  return { version: TRANSACTION_VERSION, sender, nonce, validUntil, action: actionToSsz(action) };
}
