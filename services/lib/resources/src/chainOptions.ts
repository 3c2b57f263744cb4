import { durationMs } from "./durationMs.ts";
import type { ChainNode } from "./resource.ts";

/** What a runner adds to a ChainNode resource. */
export type ChainContext = {
  readonly dataDir: string;
  readonly genesisFile: string;
  readonly consensusKeyFile: string;
  readonly passwordFile: string | undefined;
};

/** Options of the chain program. */
export function chainOptions(node: ChainNode, context: ChainContext): object {
  const { blockInterval, checkInvariants, endpoint } = node.spec;
  return {
    dataDir: context.dataDir,
    genesisFile: context.genesisFile,
    consensusKeyFile: context.consensusKeyFile,
    ...(context.passwordFile !== undefined && { passwordFile: context.passwordFile }),
    port: endpoint.port,
    checkInvariants,
    ...(blockInterval !== undefined && { blockIntervalMs: durationMs(blockInterval) }),
  };
}
