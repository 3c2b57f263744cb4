import type { ChainNodeSpec } from "./chainNodeSpec.gen.ts";
import type { MinerSpec } from "./minerSpec.gen.ts";
import type { ValidatorSpec } from "./validatorSpec.gen.ts";

export const KINDS = ["Miner", "Validator", "ChainNode"] as const;
export type Kind = (typeof KINDS)[number];

/** One object of our API group, checked, with defaults filled in. */
type ResourceOf<K extends Kind, Spec> = {
  readonly kind: K;
  readonly name: string;
  readonly namespace: string;
  readonly spec: Spec;
};

export type Miner = ResourceOf<"Miner", MinerSpec>;
export type Validator = ResourceOf<"Validator", ValidatorSpec>;
export type ChainNode = ResourceOf<"ChainNode", ChainNodeSpec>;
export type Resource = Miner | Validator | ChainNode;
