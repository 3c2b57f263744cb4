import { setTimeout as pause } from "node:timers/promises";
import type { Signer } from "@ganglion/keys";
import {
  createGrpcServer,
  createTokenBuckets,
  type GrpcServer,
  type ReplayWindow,
  type SignedServiceAuth,
} from "@ganglion/runtime/grpc";
import type { Clock, Logger } from "@ganglion/types";
import { synapse } from "@ganglion/wire";
import type { MinerOptions } from "../config.ts";
import type { MinerMetrics } from "../metrics.ts";
import type { Model } from "../plugin.ts";
import { Batcher } from "./batcher.ts";
import { createCallerPolicy } from "./callerPolicy.ts";
import type { CardCache } from "./cardCache.ts";
import type { LedgerView } from "./ledgerView.ts";
import { SynapseHandlers } from "./synapseHandlers.ts";

export type SynapseServerModules = {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly metrics: MinerMetrics;
  readonly signer: Signer;
  readonly genesisHash: Uint8Array;
  readonly replay: ReplayWindow;
  readonly ledger: LedgerView;
  readonly model: Model;
  readonly cards: CardCache;
};

export type SynapseServer = {
  readonly server: GrpcServer;
  /** Refuses new requests and waits until the model has answered those that were taken, for a time. */
  readonly drain: (timeoutMs: number) => Promise<void>;
};

const MAX_CALLERS = 1_024;
const BYTES_PER_UNIT = 1_024;

/** The synapse service over TLS rooted in the hotkey, with signed requests; not yet listening. */
export function createSynapseServer(options: MinerOptions, modules: SynapseServerModules): SynapseServer {
  const { logger, clock, signer, cards } = modules;
  let draining = false;
  const batcher = new Batcher(options.limits, modules);
  const handlers = new SynapseHandlers(options.limits, {
    ...modules,
    batcher,
    card: () => cards.current(),
  });
  const server = createGrpcServer({ ...options.listen, tls: { signer } }, { logger, clock });
  server.addSignedService(
    synapse.SynapseServiceService,
    {
      forward: (request, call) => handlers.forward(request, call),
      feedback: (request) => handlers.feedback(request),
      generate: (request, call) => handlers.generate(request, call),
      describe: () => handlers.describe(),
    },
    createAuth(options, modules, () => draining),
  );
  const drain = async (timeoutMs: number): Promise<void> => {
    draining = true;
    const late = new AbortController();
    const timeout = pause(timeoutMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([batcher.drain(), timeout]);
    late.abort();
  };
  return { server, drain };
}

function createAuth(
  { limits }: MinerOptions,
  modules: SynapseServerModules,
  isDraining: () => boolean,
): SignedServiceAuth {
  const { signer, genesisHash, replay, clock, ledger, metrics } = modules;
  const buckets = createTokenBuckets({
    unitsPerSecond: limits.callerBytesPerSecond / BYTES_PER_UNIT,
    burstUnits: limits.callerBurstBytes / BYTES_PER_UNIT,
    maxCallers: MAX_CALLERS,
  });
  const authorize = createCallerPolicy(BigInt(limits.callerStakeSpikes), { ledger, metrics, isDraining });
  const maxStreamMs = limits.generateMs;
  return { receiver: signer.publicKey, genesisHash, replay, buckets, clock, authorize, maxStreamMs };
}
