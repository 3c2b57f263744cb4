import type { Hotkey } from "@ganglion/types";
import type { MessageWriter } from "@ganglion/wire";

/** One method of a service definition that ts-proto generates; requests are never streams here. */
export type MethodDefinition = {
  readonly path: string;
  readonly requestStream: false;
  readonly responseStream: boolean;
  // The generated functions have a type each; only a method's own types are ever passed to them.
  readonly requestSerialize: (value: never) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => unknown;
  readonly responseSerialize: (value: never) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => unknown;
  /** Where a method has it, writes a large reply straight into the frame. */
  readonly responseWriter?: (value: never) => MessageWriter;
};

/** A generated service definition, for example `synapse.SynapseServiceService`. */
export type ServiceShape = Readonly<Record<string, MethodDefinition>>;

export type RequestOf<M extends MethodDefinition> = ReturnType<M["requestDeserialize"]>;
export type ResponseOf<M extends MethodDefinition> = ReturnType<M["responseDeserialize"]>;

/** What a handler knows of its call beside the request. */
export type ServerCall = {
  /** Aborted when the caller went away, its deadline passed, or the server stops for good. */
  readonly signal: AbortSignal;
  /** Wall time in ms by which the caller wants the answer; Infinity if it did not say. */
  readonly deadlineMs: number;
  /** "ip:port" of the connection. */
  readonly peer: string;
};

/** A call whose signature, receiver, nonce, time and body were checked. */
export type SignedCall = ServerCall & {
  readonly caller: Hotkey;
  /** Charges compute to the caller's bucket, in cost units (see `RateLimits`); reply bytes are charged anyway. */
  readonly charge: (units: number) => void;
};

/** Handlers of a service: a promise for a unary method, an async iterable for a server stream. */
export type ServiceHandlers<S extends ServiceShape, Call> = {
  readonly [K in keyof S]: S[K]["responseStream"] extends true
    ? (request: RequestOf<S[K]>, call: Call) => AsyncIterable<ResponseOf<S[K]>>
    : (request: RequestOf<S[K]>, call: Call) => Promise<ResponseOf<S[K]>>;
};

export type ClientCallOptions = {
  /** Deadline of the whole call, also of a stream. A stream that follows the ledger leaves it out. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
};

/** Methods of a service as a caller sees them. Failures are GanglionErrors, see `callError`. */
export type ServiceClient<S extends ServiceShape> = {
  readonly [K in keyof S]: S[K]["responseStream"] extends true
    ? (request: RequestOf<S[K]>, options?: ClientCallOptions) => AsyncIterable<ResponseOf<S[K]>>
    : (request: RequestOf<S[K]>, options?: ClientCallOptions) => Promise<ResponseOf<S[K]>>;
};

/** A client and the connection under it. */
export type GrpcClient<S extends ServiceShape> = {
  readonly call: ServiceClient<S>;
  /** Whether a connection is up; one that was lost is made again by the next call, maybe to another process. */
  readonly isConnected: () => boolean;
  /** Ends the connection; calls in flight finish. */
  readonly close: () => void;
};
