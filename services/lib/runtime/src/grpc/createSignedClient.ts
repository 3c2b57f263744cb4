import { createTlsAnchor, REQUEST_HEADER, type Signer, signRequest, tlsServerName } from "@ganglion/keys";
import type { Clock, Hotkey } from "@ganglion/types";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import type { Endpoint } from "./addressPolicy.ts";
import { clientChannelOptions } from "./channelOptions.ts";
import { createRawClient } from "./rawClient.ts";
import type { GrpcClient, ServiceShape } from "./serviceTypes.ts";

const DEFAULT_MESSAGE_BYTES = 8 * 1024 ** 2;

export type SignedClientOptions = {
  /** What `resolveEndpoint` returned. */
  readonly endpoint: Endpoint;
  /** The hotkey that must answer: it roots the TLS and is signed as the receiver. */
  readonly receiver: Hotkey;
  /** The caller. */
  readonly signer: Signer;
  readonly genesisHash: Uint8Array;
  readonly clock?: Clock;
  /** Largest message in and out; default 8 MiB. */
  readonly maxMessageBytes?: number;
};

/** A client that signs each request; TLS is rooted in the receiver's hotkey. Connects at the first call. */
export function createSignedClient<S extends ServiceShape>(
  service: S,
  options: SignedClientOptions,
): GrpcClient<S> {
  const { endpoint, receiver, signer, genesisHash } = options;
  const nowMs = options.clock?.nowMs ?? Date.now;
  const name = tlsServerName(receiver);
  const target = endpoint.address.includes(":")
    ? `ipv6:[${endpoint.address}]:${endpoint.port}`
    : `ipv4:${endpoint.address}:${endpoint.port}`;
  const anchor = credentials.createSsl(Buffer.from(createTlsAnchor(receiver)));
  const client = new Client(target, anchor, {
    ...clientChannelOptions(options.maxMessageBytes ?? DEFAULT_MESSAGE_BYTES),
    "grpc.ssl_target_name_override": name,
    "grpc.default_authority": name,
  });
  return createRawClient(service, {
    client,
    target,
    metadataOf: (method, body) => {
      const scope = { genesisHash, method: method.path };
      const header = signRequest({ ...scope, signer, receiver, body, nowMs: nowMs() });
      const metadata = new Metadata();
      metadata.set(REQUEST_HEADER, Buffer.from(header));
      return metadata;
    },
  });
}
