import type { RequestProof, Signer } from "@ganglion/keys";
import { type Clock, GanglionError, type Logger } from "@ganglion/types";
import { descriptorSet } from "@ganglion/wire";
import { logVerbosity, type Metadata, Server, ServerCredentials, setLogVerbosity } from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation } from "grpc-health-check";
import { createCallInterceptor, type SignedMethods } from "./callInterceptor.ts";
import { createCallSlots } from "./callSlots.ts";
import { serverChannelOptions } from "./channelOptions.ts";
import { createLeafProvider } from "./leafProvider.ts";
import { createRawService } from "./rawService.ts";
import type { ServerCall, ServiceHandlers, ServiceShape, SignedCall } from "./serviceTypes.ts";
import type { SignedServiceAuth } from "./signedCalls.ts";

const DEFAULT_MESSAGE_BYTES = 8 * 1024 ** 2;
const DEFAULT_IN_FLIGHT = 64;
const DEFAULT_GRACE_MS = 2_000;
const BYTES_PER_UNIT = 1024;

export type GrpcServerOptions = {
  /** Address to listen on, for example "127.0.0.1" or "0.0.0.0". */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** The hotkey that the server's TLS is rooted in; absent: plaintext (inside one machine or cluster only). */
  readonly tls?: { readonly signer: Signer };
  /** Largest message in and out; default 8 MiB. */
  readonly maxMessageBytes?: number;
  /** Largest message in, where it is less than out. */
  readonly maxRequestBytes?: number;
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
  /**
   * Ends endless streams at once, takes no new calls, lets those in flight finish for `graceMs`
   * (default 2,000), then cuts.
   */
  readonly close: (graceMs?: number) => Promise<void>;
};

type Modules = { readonly logger: Logger; readonly clock?: Clock };

export function createGrpcServer(options: GrpcServerOptions, modules: Modules): GrpcServer {
  // grpc-js would write to stderr what is logged here with fields.
  setLogVerbosity(logVerbosity.NONE);
  const { logger } = modules;
  const clock = modules.clock ?? { nowMs: Date.now };
  const signed: SignedMethods = { byPath: new Map(), proofs: new WeakMap() };
  const secure = options.tls !== undefined;
  const server = new Server({
    ...serverChannelOptions(options.maxMessageBytes ?? DEFAULT_MESSAGE_BYTES, secure),
    ...(options.maxRequestBytes !== undefined && {
      "grpc.max_receive_message_length": options.maxRequestBytes,
    }),
    interceptors: [createCallInterceptor(signed, logger)],
  });
  const health = new HealthImplementation({ "": "NOT_SERVING" });
  health.addToServer(server);
  new ReflectionService(loadFileDescriptorSetFromBuffer(descriptorSet(), { keepCase: true })).addToServer(
    server,
  );
  const leaf = options.tls === undefined ? undefined : createLeafProvider(options.tls.signer, clock);
  const setServing = (serving: boolean): void => health.setStatus("", serving ? "SERVING" : "NOT_SERVING");
  const stopping = new AbortController();
  let boundPort = 0;
  const addRaw = <Call extends ServerCall>(
    service: ServiceShape,
    handlers: Readonly<Record<string, unknown>>,
    hooks: {
      callOf: (call: ServerCall, metadata: Metadata) => Call;
      onReply: (call: Call, bytes: number) => void;
      maxStreamMs?: number | undefined;
    },
  ): void => {
    const { maxStreamMs } = hooks;
    const raw = createRawService(service, handlers, {
      ...hooks,
      maxStreamMs,
      logger,
      stopping: stopping.signal,
    });
    server.addService(raw.definition, raw.implementation);
  };
  return {
    addService: (service, handlers) =>
      addRaw(service, handlers, { callOf: (call) => call, onReply: () => undefined }),
    addSignedService: (service, handlers, auth) => {
      const slots = createCallSlots(auth.maxInFlight ?? DEFAULT_IN_FLIGHT);
      for (const method of Object.values(service)) signed.byPath.set(method.path, { auth, slots });
      addRaw<SignedCall>(service, handlers, {
        callOf: (call, metadata) => signedCall(call, signed.proofs.get(metadata), auth),
        onReply: (call, bytes) => call.charge(bytes / BYTES_PER_UNIT),
        maxStreamMs: auth.maxStreamMs,
      });
    },
    listen: async () => {
      boundPort = await bind(server, options, leaf?.credentials ?? ServerCredentials.createInsecure());
      setServing(true);
      return boundPort;
    },
    setServing,
    close: async (graceMs = DEFAULT_GRACE_MS) => {
      setServing(false);
      stopping.abort();
      await shutdown(server, targetOf(options.host, boundPort), graceMs);
      leaf?.close();
    },
  };
}

function signedCall(call: ServerCall, proof: RequestProof | undefined, auth: SignedServiceAuth): SignedCall {
  if (proof === undefined)
    throw new GanglionError("CALL_UNSIGNED", "a signed method was reached without its checks");
  const { caller } = proof;
  return {
    ...call,
    caller,
    charge: (units) => auth.buckets.charge(caller, units, auth.clock.nowMs()),
  };
}

function bind(server: Server, options: GrpcServerOptions, credentials: ServerCredentials): Promise<number> {
  const { host, port } = options;
  return new Promise((resolve, reject) => {
    server.bindAsync(targetOf(host, port), credentials, (cause, bound) => {
      if (cause === null) resolve(bound);
      else reject(listenError(cause, host, port));
    });
  });
}

function listenError(cause: Error, host: string, port: number): GanglionError {
  if (cause.message.includes("EADDRINUSE"))
    return new GanglionError(
      "GRPC_PORT_IN_USE",
      `port ${port} on ${host} is in use: stop the program that holds it or choose another port`,
      { host, port },
      { cause },
    );
  const why = /listen (E[A-Z]+)/u.exec(cause.message)?.[1] ?? cause.message;
  const message = `cannot listen on ${host}:${port} (${why}): check the address and your rights`;
  return new GanglionError("GRPC_CANNOT_LISTEN", message, { host, port }, { cause });
}

/** forceShutdown of grpc-js 1.14.7 leaves sessions open when channelz is off; drain cuts them after its grace. */
function shutdown(server: Server, target: string, graceMs: number): Promise<void> {
  if (!target.endsWith(":0")) server.drain(target, graceMs);
  return new Promise((resolve) => {
    server.tryShutdown(() => resolve());
  });
}

function targetOf(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
