import type { ProtocolParams } from "@ganglion/params";
import {
  type Action,
  type AddressBytes,
  type AuthoritySignature,
  addressOfAuthority,
  addressOfKey,
  asSpikes,
  bindKeyMessage,
  type DecodedTransaction,
  decodeSignedTransaction,
  equalBytes,
  errorMessage,
  GanglionError,
  signingBytesOf,
  transactionHash,
} from "@ganglion/types";
import type { CheckContext, TransactionCheck, VerifySignature } from "../ledgerTypes.ts";
import { type Rejection, reject } from "../rejections.ts";
import { findAccount } from "../state/accounts.ts";
import { epochOf } from "../state/epochs.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { readParams } from "../state/params.ts";
import { readStruct } from "../state/rows.ts";
import { ruleOf } from "./table.ts";
import type { CheckView, Priced } from "./transactionRule.ts";

/** Whether the next block would take a transaction as its first. Changes nothing and never throws on bad bytes. */
export function checkTransaction(
  state: LedgerState,
  bytes: Uint8Array,
  context: CheckContext,
): TransactionCheck {
  const params = readParams(state);
  const height = readStruct(state, "clock").height + 1;
  const view: CheckView = { state, params, height, epoch: epochOf(height, params) };
  const priced = priceTransaction(bytes, params);
  if ("code" in priced) return { ok: false, hash: transactionHash(bytes), ...priced };
  const rejection = checkPriced(view, priced, context);
  const { body, hash, sizeBytes } = priced.tx;
  if (rejection !== undefined) return { ok: false, hash, ...rejection };
  const { sender, nonce, validUntil, action } = body;
  const { kind } = action;
  const { lane } = ruleOf(action);
  return { ok: true, hash, sender, nonce, validUntil, sizeBytes, kind, lane, fee: priced.fee };
}

/** Reads a transaction and says what it costs (rule FEE-1). */
export function priceTransaction(bytes: Uint8Array, params: ProtocolParams): Priced | Rejection {
  if (bytes.length > params.maxTxBytes) return reject("TX_TOO_LARGE", `${bytes.length} bytes`);
  try {
    const tx = decodeSignedTransaction(bytes);
    const { action } = tx.body;
    const fee = ruleOf(action).paysFee(action) ? params.feeSpikesPerByte * BigInt(tx.sizeBytes) : 0n;
    return { tx, action, fee: asSpikes(fee) };
  } catch (error) {
    if (error instanceof GanglionError) return reject("TX_MALFORMED", errorMessage(error));
    throw error;
  }
}

/** All checks in the order of their cost. */
export function checkPriced(view: CheckView, priced: Priced, context: CheckContext): Rejection | undefined {
  const { body } = priced.tx;
  if (view.height > body.validUntil) return reject("TX_EXPIRED", `height ${view.height}`);
  return (
    checkSigners(priced.tx) ??
    checkSender(view, priced, context) ??
    ruleOf(body.action).check(view, priced) ??
    checkSignatures(view.state.view.genesisHash, priced.tx, context.verifySignature) ??
    checkKeyProof(view.state.view.genesisHash, priced.tx, context.verifySignature)
  );
}

/** Rule TX-2: the sender signs, and a hotkey that gets a slot. */
function checkSigners({ body, signatures }: DecodedTransaction): Rejection | undefined {
  const required: AddressBytes[] = [body.sender];
  const newcomer = newHotkeyOf(body.action);
  if (newcomer !== undefined && !equalBytes(newcomer, body.sender)) required.push(newcomer);
  if (signatures.length !== required.length) return reject("TX_WRONG_SIGNERS");
  const fits = signatures.every((signature, i) => {
    const address = signerAddress(signature);
    return address !== undefined && equalBytes(address, required[i] ?? address);
  });
  return fits ? undefined : reject("TX_WRONG_SIGNERS");
}

function newHotkeyOf(action: Action): AddressBytes | undefined {
  if (action.kind === "register") return addressOfKey(action.hotkey);
  return action.kind === "swapHotkey" ? addressOfKey(action.newHotkey) : undefined;
}

function signerAddress({ authority, signatures }: AuthoritySignature): AddressBytes | undefined {
  const ascending = signatures.every(
    ({ index }, i) => i === 0 || index > (signatures[i - 1]?.index ?? index),
  );
  const known = signatures.every(({ index }) => index < authority.keys.length);
  if (!ascending || !known || signatures.length !== authority.threshold) return undefined;
  try {
    return addressOfAuthority(authority);
  } catch (error) {
    if (error instanceof GanglionError) return undefined;
    throw error;
  }
}

/** Rule TX-3: nonce, and the fee alone. */
function checkSender(
  { state }: CheckView,
  { tx, fee }: Priced,
  { expectedNonce }: CheckContext,
): Rejection | undefined {
  const { sender, nonce, action } = tx.body;
  const account = findAccount(state, sender);
  const opens = action.kind === "register" && action.proof.kind === "work";
  if (account === undefined && !opens) return reject("TX_UNKNOWN_ACCOUNT");
  const expected = expectedNonce ?? account?.nonce ?? 0;
  if (nonce < expected) return reject("TX_NONCE_TOO_LOW", `the next is ${expected}`);
  if (nonce > expected) return reject("TX_NONCE_TOO_HIGH", `the next is ${expected}`);
  return (account?.balance ?? 0n) < fee ? reject("TX_INSUFFICIENT_BALANCE", `the fee is ${fee}`) : undefined;
}

function checkSignatures(
  genesisHash: Uint8Array,
  { bodyBytes, signatures }: DecodedTransaction,
  verify: VerifySignature,
): Rejection | undefined {
  const message = signingBytesOf(bodyBytes, genesisHash);
  const valid = signatures.every(({ authority, signatures: list }) =>
    list.every(({ index, signature }) => {
      const key = authority.keys[index];
      return key !== undefined && verify(key, message, signature);
    }),
  );
  return valid ? undefined : reject("TX_BAD_SIGNATURE");
}

/** Rule POWER-1: nobody binds a key that he has not; the sender is the hotkey. */
function checkKeyProof(
  genesisHash: Uint8Array,
  { body, signatures }: DecodedTransaction,
  verify: VerifySignature,
): Rejection | undefined {
  const { action } = body;
  const hotkey = signatures[0]?.authority.keys[0];
  if (action.kind !== "bindKey" || hotkey === undefined) return undefined;
  return verify(action.consensusKey, bindKeyMessage(genesisHash, hotkey), action.proof)
    ? undefined
    : reject("KEY_BAD_PROOF");
}
