export { checkForwardRequest, rowsOfContexts } from "./checkForwardRequest.ts";
export { descriptorSet } from "./descriptorSet.ts";
export type { MessageWriter } from "./encodeForwardResponse.ts";
export * as chain from "./gen/ganglion/chain/v1/chain.ts";
export * as validator from "./gen/ganglion/validator/v1/validator.ts";
export * as synapse from "./synapse.ts";
export { decodeFloat16, type Float16Limits, MAX_REPRESENTATION_MAGNITUDE } from "./tensor/decodeFloat16.ts";
export { encodeFloat16 } from "./tensor/encodeFloat16.ts";
