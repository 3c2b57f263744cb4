import { bytesToHex, domainTag, GanglionError, hexToBytes } from "@ganglion/types";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { badCard, type ModelCard, parseObject, readFacts } from "./modelCard.ts";

/** A card whose facts a key vouches for, on whatever network the model is served. */
export type SignedModelCard = ModelCard & {
  /** Public key, 64 hexadecimal digits. */
  readonly signer: string;
  /** Ed25519 over the domain tag and the card's facts, 128 hexadecimal digits. */
  readonly signature: string;
};

type CardSigner = {
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
};
type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

const PUBLIC_KEY = /^[0-9a-f]{64}$/;
const SIGNATURE = /^[0-9a-f]{128}$/;

export function signModelCard(card: ModelCard, signer: CardSigner): SignedModelCard {
  const signature = bytesToHex(signer.sign(signedBytes(card)));
  return { ...card, signer: bytesToHex(signer.publicKey), signature };
}

export function encodeModelCard(card: SignedModelCard): string {
  return `${JSON.stringify(card, null, 2)}\n`;
}

/**
 * A card whose signature holds; whether its signer is to be believed is for the reader to judge.
 * @throws GanglionError EXPERT_BAD_CARD | EXPERT_UNSIGNED_CARD | EXPERT_BAD_SIGNATURE
 */
export function parseModelCard(text: string, verifySignature: VerifySignature): SignedModelCard {
  const object = parseObject(text);
  const facts = readFacts(object);
  const { signer, signature } = object;
  if (signature === undefined)
    throw new GanglionError(
      "EXPERT_UNSIGNED_CARD",
      "the model card is not signed: publish the model again, the same `ganglion train` does it from its checkpoint",
    );
  if (typeof signer !== "string" || !PUBLIC_KEY.test(signer)) throw badCard("signer is no key");
  if (typeof signature !== "string" || !SIGNATURE.test(signature)) throw badCard("signature is none");
  if (!verifySignature(hexToBytes(signer), signedBytes(facts), hexToBytes(signature)))
    throw new GanglionError(
      "EXPERT_BAD_SIGNATURE",
      "the model card is not what its key signed: take the model from its author again, or train it again",
      { signer },
    );
  return { ...facts, signer, signature };
}

/** All facts in one fixed order, without white space, however the file is written. */
function signedBytes({ shape, ...card }: ModelCard): Uint8Array {
  const facts = [
    card.format,
    card.name,
    card.plugin,
    [shape.width, shape.blocks, shape.heads, shape.window, shape.shifts],
    card.parameterCount,
    card.modelDigest,
    card.dataDigest,
    card.heldOutBitsPerByte,
    card.trainedSteps,
    card.plannedSteps,
    card.license,
  ];
  return Uint8Array.from([...domainTag("modelFile"), ...utf8ToBytes(JSON.stringify(facts))]);
}
