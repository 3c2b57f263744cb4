import { randomBytes } from "node:crypto";
import { createSigner, type Signer } from "@ganglion/keys";
import type { Logger } from "@ganglion/types";
import { synapse } from "@ganglion/wire";
import {
  createGrpcServer,
  createReplayWindow,
  createSignedClient,
  createTokenBuckets,
  type GrpcClient,
  type GrpcServer,
  REQUEST_SKEW_MS,
  type ServiceHandlers,
  type SignedCall,
  type SignedServiceAuth,
} from "../../src/grpc/index.ts";

export const Synapse = synapse.SynapseServiceService;
export type SynapseHandlers = ServiceHandlers<typeof Synapse, SignedCall>;

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

export const genesisHash = new Uint8Array(32).fill(7);
export const minerSigner = signerOf(1);
export const callerSigner = signerOf(2);

export function signerOf(fill: number): Signer {
  return createSigner(new Uint8Array(32).fill(fill));
}

/** Answers each context with a row of 2 values, Generate with its prompt byte by byte. */
const echoHandlers: SynapseHandlers = {
  forward: async (request) => ({
    representations: new Uint8Array(request.contexts.length * 4),
    rows: request.contexts.length,
    networkDim: 2,
    modelDigest: new Uint8Array(32),
  }),
  feedback: async (request) => ({ accepted: request.contextIds.length }),
  generate: async function* (request) {
    for (const byte of request.prompt) yield { text: Uint8Array.of(byte) };
  },
  describe: async () => ({ card: randomBytes(8), signature: new Uint8Array(64) }),
};

/** An auth that lets everybody in; its replay window began long enough ago. */
export function authOf(changes: Partial<SignedServiceAuth> = {}): SignedServiceAuth {
  return {
    receiver: minerSigner.publicKey,
    genesisHash,
    replay: createReplayWindow(Date.now() - 2 * REQUEST_SKEW_MS),
    buckets: createTokenBuckets({ unitsPerSecond: 1e6, burstUnits: 1e6, maxCallers: 100 }),
    clock: { nowMs: Date.now },
    authorize: () => undefined,
    ...changes,
  };
}

export type Served = { readonly server: GrpcServer; readonly port: number };

export async function serveSynapse(
  auth: SignedServiceAuth = authOf(),
  handlers: Partial<SynapseHandlers> = {},
  maxMessageBytes?: number,
): Promise<Served> {
  const size = maxMessageBytes === undefined ? {} : { maxMessageBytes };
  const server = createGrpcServer(
    { host: "127.0.0.1", port: 0, tls: { signer: minerSigner }, ...size },
    { logger: silentLogger },
  );
  server.addSignedService(Synapse, { ...echoHandlers, ...handlers }, auth);
  return { server, port: await server.listen() };
}

export function clientTo(
  port: number,
  changes: Partial<Parameters<typeof createSignedClient>[1]> = {},
): GrpcClient<typeof Synapse> {
  return createSignedClient(Synapse, {
    endpoint: { address: "127.0.0.1", port },
    receiver: minerSigner.publicKey,
    signer: callerSigner,
    genesisHash,
    ...changes,
  });
}

export function requestOf(contexts: number, bytes = 8): synapse.ForwardRequest {
  return { contexts: Array.from({ length: contexts }, () => ({ text: new Uint8Array(bytes).fill(65), positions: [] })) };
}

/** The code a promise is rejected with, "none" if it is not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "none";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}
