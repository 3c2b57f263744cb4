import type { Signer } from "@ganglion/keys";
import { equalBytes } from "@ganglion/types";
import type { Model, ModelFacts } from "../plugin.ts";
import { type SignedCard, signCard } from "./modelCard.ts";

/** Signs a model's card once for each version of the model. */
export class CardCache {
  readonly #model: Model;
  readonly #plugin: string;
  readonly #by: { readonly signer: Signer; readonly genesisHash: Uint8Array };
  #facts: ModelFacts | undefined;
  #card: SignedCard | undefined;

  constructor(
    model: Model,
    plugin: string,
    by: { readonly signer: Signer; readonly genesisHash: Uint8Array },
  ) {
    this.#model = model;
    this.#plugin = plugin;
    this.#by = by;
  }

  /** The present model's card; undefined while there is no model. */
  current(): SignedCard | undefined {
    const facts = this.#model.describe();
    if (facts === undefined) return undefined;
    if (this.#facts === undefined || !equalBytes(this.#facts.modelDigest, facts.modelDigest)) {
      this.#facts = facts;
      this.#card = signCard(facts, this.#plugin, this.#by);
    }
    return this.#card;
  }
}
