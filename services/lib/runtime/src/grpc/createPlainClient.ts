import type { GrpcClient, ServiceShape } from "./serviceTypes.ts";

export type PlainClientOptions = {
  /** "host:port"; plaintext, so only on one machine or inside one cluster. */
  readonly target: string;
  /** Largest message in; default 64 MiB. */
  readonly maxMessageBytes?: number;
};

export function createPlainClient<S extends ServiceShape>(
  service: S,
  options: PlainClientOptions,
): GrpcClient<S> {
  throw new Error(`not built yet ${options.target} ${typeof service}`);
}
