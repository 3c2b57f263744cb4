import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { clientChannelOptions } from "./channelOptions.ts";
import { createRawClient } from "./rawClient.ts";
import type { GrpcClient, ServiceShape } from "./serviceTypes.ts";

const DEFAULT_MESSAGE_BYTES = 64 * 1024 ** 2;

export type PlainClientOptions = {
  /** "host:port"; plaintext, so only on one machine or inside one cluster. */
  readonly target: string;
  /** Largest message in and out; default 64 MiB. */
  readonly maxMessageBytes?: number;
};

/** A client without TLS or signatures. Connects at the first call and again after a loss. */
export function createPlainClient<S extends ServiceShape>(
  service: S,
  options: PlainClientOptions,
): GrpcClient<S> {
  const { target } = options;
  const channel = clientChannelOptions(options.maxMessageBytes ?? DEFAULT_MESSAGE_BYTES);
  return createRawClient(service, {
    client: new Client(target, credentials.createInsecure(), channel),
    target,
    metadataOf: () => new Metadata(),
  });
}
