export { type AddressPolicy, type Endpoint, resolveEndpoint } from "./addressPolicy.ts";
export { callError, retryAfterMs } from "./callError.ts";
export { type CallSlots, createCallSlots } from "./callSlots.ts";
export { createPlainClient, type PlainClientOptions } from "./createPlainClient.ts";
export { createSignedClient, type SignedClientOptions } from "./createSignedClient.ts";
export { createGrpcServer, type GrpcServer, type GrpcServerOptions } from "./grpcServer.ts";
export { REFUSALS, Refusal, type RefusalCode } from "./refusal.ts";
export { createReplayWindow, openReplayWindow, REQUEST_SKEW_MS, type ReplayWindow } from "./replayWindow.ts";
export type {
  ClientCallOptions,
  GrpcClient,
  RequestOf,
  ResponseOf,
  ServerCall,
  ServiceClient,
  ServiceHandlers,
  ServiceShape,
  SignedCall,
} from "./serviceTypes.ts";
export type { SignedServiceAuth } from "./signedCalls.ts";
export { createTokenBuckets, type RateLimits, type TokenBuckets } from "./tokenBuckets.ts";
