import type { Signer } from "@ganglion/keys";
import type { Clock, Logger } from "@ganglion/types";
import type { ServerCall, ServiceHandlers, ServiceShape, SignedCall } from "./serviceTypes.ts";
import type { SignedServiceAuth } from "./signedCalls.ts";

export type GrpcServerOptions = {
  /** Address to listen on, for example "127.0.0.1" or "0.0.0.0". */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** The hotkey that the server's TLS is rooted in; absent: plaintext (inside one machine or cluster only). */
  readonly tls?: { readonly signer: Signer };
  /** Largest message in and out; default 8 MiB. */
  readonly maxMessageBytes?: number;
};

/** A server with health and reflection. Add services, then listen. */
export type GrpcServer = {
  readonly addService: <S extends ServiceShape>(service: S, handlers: ServiceHandlers<S, ServerCall>) => void;
  readonly addSignedService: <S extends ServiceShape>(
    service: S,
    handlers: ServiceHandlers<S, SignedCall>,
    auth: SignedServiceAuth,
  ) => void;
  /** Resolves with the port. @throws GanglionError GRPC_PORT_IN_USE, GRPC_CANNOT_LISTEN */
  readonly listen: () => Promise<number>;
  /** What the health service says; SERVING once listening, false to drain. */
  readonly setServing: (serving: boolean) => void;
  /** Stops taking calls, lets those in flight finish for `graceMs` (default 2,000), then cuts. */
  readonly close: (graceMs?: number) => Promise<void>;
};

export function createGrpcServer(
  options: GrpcServerOptions,
  modules: { readonly logger: Logger; readonly clock?: Clock },
): GrpcServer {
  throw new Error(`not built yet ${options.host} ${typeof modules}`);
}
