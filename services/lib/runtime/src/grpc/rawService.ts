import { GanglionError, InvariantError, type Logger } from "@ganglion/types";
import type { MessageWriter } from "@ganglion/wire";
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  Metadata,
  ServerWritableStream,
  ServiceDefinition,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { Refusal, statusOfError } from "./refusal.ts";
import type { MethodDefinition, ServerCall, ServiceShape } from "./serviceTypes.ts";

/** One method's handler with its types erased: bytes are decoded and encoded here, not in grpc-js. */
type ErasedHandler = (request: unknown, call: ServerCall) => Promise<unknown> | AsyncIterable<unknown>;

export type RawCallHooks<Call extends ServerCall> = {
  /** Makes of a call what the handlers are given. */
  readonly callOf: (call: ServerCall, metadata: Metadata) => Call;
  /** Told of each reply's size before it is sent. */
  readonly onReply: (call: Call, bytes: number) => void;
  readonly logger: Logger;
  /** Aborted when the server stops: ends streams that have no deadline. */
  readonly stopping: AbortSignal;
  /** How long a stream may last. */
  readonly maxStreamMs: number | undefined;
};

export type RawService = {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
};

/** A service over bytes: grpc-js frames them, we decode, handle, encode, and map failures to status. */
export function createRawService<Call extends ServerCall>(
  service: ServiceShape,
  handlers: Readonly<Record<string, unknown>>,
  hooks: RawCallHooks<Call>,
): RawService {
  const definition: Record<string, ServiceDefinition[string]> = {};
  const implementation: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(service)) {
    const handler = erase(name, handlers[name]);
    definition[name] = {
      path: method.path,
      requestStream: false,
      responseStream: method.responseStream,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
      originalName: name,
    };
    implementation[name] = method.responseStream
      ? streamHandler(method, handler, hooks)
      : unaryHandler(method, handler, hooks);
  }
  return { definition, implementation };
}

function unaryHandler<Call extends ServerCall>(
  method: MethodDefinition,
  handler: ErasedHandler,
  hooks: RawCallHooks<Call>,
): handleUnaryCall<Buffer, Buffer> {
  return (raw, respond) => {
    const abort = new AbortController();
    let answered = false;
    // grpc-js says "cancelled" also after an ordinary end.
    raw.on("cancelled", () => {
      if (!answered) abort.abort();
    });
    const answer = async (): Promise<Buffer> => {
      const call = hooks.callOf(serverCall(raw, abort.signal), raw.metadata);
      const reply = encodeReply(method, await handler(decodeRequest(method, raw.request), call));
      hooks.onReply(call, reply.byteLength);
      return reply;
    };
    answer()
      .finally(() => {
        answered = true;
      })
      .then(
        (reply) => respond(null, reply),
        (error: unknown) => respond(reportFailure(error, method, hooks.logger)),
      );
  };
}

function streamHandler<Call extends ServerCall>(
  method: MethodDefinition,
  handler: ErasedHandler,
  hooks: RawCallHooks<Call>,
): handleServerStreamingCall<Buffer, Buffer> {
  return (raw) => {
    const abort = new AbortController();
    raw.on("cancelled", () => abort.abort());
    const stop = (): void => abort.abort(new Refusal("CALL_STOPPING", "the server is stopping"));
    const limit = limitTime(abort, hooks.maxStreamMs);
    const pump = async (): Promise<void> => {
      const base = serverCall(raw, abort.signal);
      if (base.deadlineMs === Number.POSITIVE_INFINITY) hooks.stopping.addEventListener("abort", stop);
      const call = hooks.callOf(base, raw.metadata);
      const replies = handler(decodeRequest(method, raw.request), call);
      if (!(Symbol.asyncIterator in replies))
        throw new InvariantError(`${method.path} must return an async iterable`);
      await sendAll(raw, replies, abort.signal, (reply) => {
        const bytes = encodeReply(method, reply);
        hooks.onReply(call, bytes.byteLength);
        return bytes;
      });
      if (!raw.cancelled) abort.signal.throwIfAborted();
    };
    pump()
      .then(
        () => raw.end(),
        (error: unknown) => raw.emit("error", reportFailure(error, method, hooks.logger)),
      )
      .finally(() => {
        clearTimeout(limit);
        hooks.stopping.removeEventListener("abort", stop);
      });
  };
}

function limitTime(abort: AbortController, maxMs: number | undefined): NodeJS.Timeout | undefined {
  if (maxMs === undefined) return undefined;
  const late = new Refusal("CALL_STREAM_TOO_LONG", `the stream took longer than ${maxMs} ms`);
  return setTimeout(() => abort.abort(late), maxMs);
}

/** Sends with back-pressure; leaves off at the signal, even if the source is waiting. */
async function sendAll(
  raw: ServerWritableStream<Buffer, Buffer>,
  replies: AsyncIterable<unknown>,
  signal: AbortSignal,
  encode: (reply: unknown) => Buffer,
): Promise<void> {
  const iterator = replies[Symbol.asyncIterator]();
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  try {
    for (;;) {
      const result = await Promise.race([iterator.next(), aborted]);
      if (result === undefined || result.done === true || signal.aborted) return;
      if (raw.write(encode(result.value))) continue;
      await Promise.race([new Promise((resolve) => raw.once("drain", resolve)), aborted]);
    }
  } finally {
    // Not awaited: a source that is stuck in next() would hold the call's end.
    iterator.return?.().catch(() => undefined);
  }
}

type RawCall = {
  getPeer(): string;
  getDeadline(): Date | number;
};

function serverCall(raw: RawCall, signal: AbortSignal): ServerCall {
  return { signal, deadlineMs: Number(raw.getDeadline()), peer: raw.getPeer() };
}

function decodeRequest(method: MethodDefinition, bytes: Buffer): unknown {
  try {
    return method.requestDeserialize(bytes);
  } catch (cause) {
    throw new Refusal("CALL_BAD_REQUEST", "the body is not the message of this method", undefined, { cause });
  }
}

function encodeReply(method: MethodDefinition, reply: unknown): Buffer {
  // The handler's type ties the reply to this method; the generated encoder takes only that type.
  const value = reply as never;
  return method.responseWriter === undefined
    ? method.responseSerialize(value)
    : writtenByFrame(method.responseWriter(value));
}

/**
 * grpc-js 1.14.7 asks a serialised reply only for its length and to copy itself into the frame that it allocates;
 * a writer does both without a buffer of its own. PERF: saves an allocation and a copy of the whole reply.
 */
function writtenByFrame(writer: MessageWriter): Buffer {
  const { byteLength } = writer;
  const copy = (frame: Uint8Array, offset: number): number => {
    writer.writeTo(frame, offset);
    return byteLength;
  };
  return { byteLength, copy } as unknown as Buffer;
}

function reportFailure(error: unknown, method: MethodDefinition, logger: Logger) {
  if (!(error instanceof GanglionError))
    logger.error("handler failed", {
      method: method.path,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  const { code, details, metadata } = statusOfError(error);
  return Object.assign(new Refusal("CALL_FAILED", details), { code, details, metadata });
}

function erase(name: string, handler: unknown): ErasedHandler {
  if (typeof handler !== "function") throw new InvariantError(`the service's handlers lack ${name}`);
  return handler as ErasedHandler;
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}
