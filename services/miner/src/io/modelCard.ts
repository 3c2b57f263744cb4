import { createHash } from "node:crypto";
import type { Signer } from "@ganglion/keys";
import { domainTag } from "@ganglion/types";
import { synapse } from "@ganglion/wire";
import type { ModelFacts } from "../plugin.ts";

export type SignedCard = {
  /** Canonical encoding of ModelCard. */
  readonly card: Uint8Array;
  readonly signature: Uint8Array;
  /** SHA-256 of the card: what the ledger keeps. */
  readonly digest: Uint8Array;
};

/** The card of a model, signed over its domain tag and the genesis hash. */
export function signCard(
  facts: ModelFacts,
  plugin: string,
  by: { readonly signer: Signer; readonly genesisHash: Uint8Array },
): SignedCard {
  const card = synapse.ModelCard.encode({
    name: facts.name,
    plugin,
    parameterCount: BigInt(facts.parameterCount),
    modelDigest: facts.modelDigest,
    dataDigest: facts.dataDigest,
    bitsPerByte: facts.bitsPerByte,
    license: facts.license,
    trainedSteps: BigInt(facts.trainedSteps),
  }).finish();
  const signature = by.signer.sign(Buffer.concat([domainTag("modelCard"), by.genesisHash, card]));
  return { card, signature, digest: Uint8Array.from(createHash("sha256").update(card).digest()) };
}
