export type { ChainNodeSpec } from "./chainNodeSpec.gen.ts";
export { type ChainContext, chainOptions } from "./chainOptions.ts";
export { type MinerContext, minerOptions, type Training, trainingOf } from "./minerOptions.ts";
export type { MinerSpec } from "./minerSpec.gen.ts";
export { type ParsedResources, parseResources } from "./parseResources.ts";
export type { Problem } from "./problem.ts";
export type { ChainNode, Kind, Miner, Resource, Validator } from "./resource.ts";
export { type ValidatorContext, validatorOptions } from "./validatorOptions.ts";
export type { ValidatorSpec } from "./validatorSpec.gen.ts";
