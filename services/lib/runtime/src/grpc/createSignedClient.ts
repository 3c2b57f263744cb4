import type { Signer } from "@ganglion/keys";
import type { Clock, Hotkey } from "@ganglion/types";
import type { Endpoint } from "./addressPolicy.ts";
import type { GrpcClient, ServiceShape } from "./serviceTypes.ts";

export type SignedClientOptions = {
  /** What `resolveEndpoint` returned. */
  readonly endpoint: Endpoint;
  /** The hotkey that must answer: it roots the TLS and is signed as the receiver. */
  readonly receiver: Hotkey;
  /** The caller. */
  readonly signer: Signer;
  readonly genesisHash: Uint8Array;
  readonly clock?: Clock;
  /** Largest message in; default 8 MiB. */
  readonly maxMessageBytes?: number;
};

/** A client that signs each request; TLS is rooted in the receiver's hotkey. Connects at the first call. */
export function createSignedClient<S extends ServiceShape>(
  service: S,
  options: SignedClientOptions,
): GrpcClient<S> {
  throw new Error(`not built yet ${options.endpoint.port} ${typeof service}`);
}
