import { encodeForwardResponse, forwardResponseWriter } from "./encodeForwardResponse.ts";
import { SynapseServiceService as Generated } from "./gen/ganglion/synapse/v1/synapse.ts";

export * from "./gen/ganglion/synapse/v1/synapse.ts";

/** The generated service; Forward's reply has encoders that copy its megabyte once instead of three times. */
export const SynapseServiceService = {
  ...Generated,
  forward: {
    ...Generated.forward,
    responseSerialize: encodeForwardResponse,
    responseWriter: forwardResponseWriter,
  },
} as const;
export type SynapseServiceService = typeof SynapseServiceService;
