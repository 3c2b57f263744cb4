import { encodeForwardResponse } from "./encodeForwardResponse.ts";
import { SynapseServiceService as Generated } from "./gen/ganglion/synapse/v1/synapse.ts";

export * from "./gen/ganglion/synapse/v1/synapse.ts";

/** The generated service with an encoder for Forward's reply that copies its megabyte once instead of four times. */
export const SynapseServiceService = {
  ...Generated,
  forward: { ...Generated.forward, responseSerialize: encodeForwardResponse },
} as const;
export type SynapseServiceService = typeof SynapseServiceService;
