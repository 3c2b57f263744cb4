import { GanglionError } from "@ganglion/types";
import {
  type CallOptions,
  type Client,
  type ClientReadableStream,
  connectivityState,
  type Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { callError } from "./callError.ts";
import type { ClientCallOptions, GrpcClient, MethodDefinition, ServiceShape } from "./serviceTypes.ts";

/** Where a client's calls go and what is attached to each. */
export type RawClientModules = {
  readonly client: Client;
  /** For error messages. */
  readonly target: string;
  readonly metadataOf: (method: MethodDefinition, body: Buffer) => Metadata;
};

/** Promise and async-iterable methods over bytes that are encoded once, so that they can be signed. */
export function createRawClient<S extends ServiceShape>(
  service: S,
  modules: RawClientModules,
): GrpcClient<S> {
  const methods = Object.entries(service).map(([name, method]) => [
    name,
    method.responseStream
      ? (request: unknown, options: ClientCallOptions = {}) => callStream(method, modules, request, options)
      : (request: unknown, options: ClientCallOptions = {}) => callUnary(method, modules, request, options),
  ]);
  return {
    // Each method was made from its own definition, which is what the type says of it.
    call: Object.fromEntries(methods) as GrpcClient<S>["call"],
    isConnected: () => modules.client.getChannel().getConnectivityState(false) === connectivityState.READY,
    close: () => modules.client.close(),
  };
}

function callUnary(
  method: MethodDefinition,
  modules: RawClientModules,
  request: unknown,
  options: ClientCallOptions,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted();
    const body = encodeRequest(method, request);
    const cancel = (): void => call.cancel();
    const call = modules.client.makeUnaryRequest(
      method.path,
      asIs,
      asIs,
      body,
      modules.metadataOf(method, body),
      callOptions(options),
      (error: ServiceError | null, reply?: Buffer) => {
        options.signal?.removeEventListener("abort", cancel);
        if (error !== null) return reject(callError(error, method.path, modules.target));
        try {
          resolve(decodeReply(method, reply, modules.target));
        } catch (badReply) {
          // Thrown in here it would end the process.
          reject(badReply);
        }
      },
    );
    options.signal?.addEventListener("abort", cancel, { once: true });
  });
}

async function* callStream(
  method: MethodDefinition,
  modules: RawClientModules,
  request: unknown,
  options: ClientCallOptions,
): AsyncGenerator<unknown, void, undefined> {
  options.signal?.throwIfAborted();
  const body = encodeRequest(method, request);
  const call: ClientReadableStream<Buffer> = modules.client.makeServerStreamRequest(
    method.path,
    asIs,
    asIs,
    body,
    modules.metadataOf(method, body),
    callOptions(options),
  );
  const cancel = (): void => call.cancel();
  options.signal?.addEventListener("abort", cancel, { once: true });
  try {
    for await (const reply of call as AsyncIterable<Buffer>) yield decodeReply(method, reply, modules.target);
  } catch (error) {
    throw isServiceError(error) ? callError(error, method.path, modules.target) : error;
  } finally {
    options.signal?.removeEventListener("abort", cancel);
    // Cancelling makes the stream emit a late error that nobody waits for any more.
    call.on("error", () => undefined);
    call.cancel();
  }
}

function callOptions({ timeoutMs }: ClientCallOptions): CallOptions {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

function encodeRequest(method: MethodDefinition, request: unknown): Buffer {
  // The client's type ties the request to this method; the generated encoder takes only that type.
  return method.requestSerialize(request as never);
}

/** @throws GanglionError GRPC_BAD_REPLY: the server may be a stranger's */
function decodeReply(method: MethodDefinition, reply: Buffer | undefined, target: string): unknown {
  try {
    return method.responseDeserialize(reply ?? Buffer.alloc(0));
  } catch (cause) {
    throw new GanglionError(
      "GRPC_BAD_REPLY",
      `${target} answered with bytes that are not the reply of this method: ask another`,
      { method: method.path, target },
      { cause },
    );
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "metadata" in error;
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}
