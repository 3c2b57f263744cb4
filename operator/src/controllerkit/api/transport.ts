/** Verbs of the API as HTTP methods. */
export type KubeMethod = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/** One request as the transport takes it. */
export type KubeRequest = {
  readonly method: KubeMethod;
  /** Below the server's address, without a query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** `application/json` unless told. */
  readonly contentType?: string;
  /**
   * From the moment that it is the request's turn to the decoded answer, waiting for Retry-After included. In line
   * before that it waits as long as `signal` lets it, and fails with KUBE_STOPPED ("not sent") when that aborts.
   */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** Called each time right before it is sent, repetitions included; what it throws goes to the caller instead. */
  readonly permit?: () => void;
};

/** An open watch. */
export type JsonStream = {
  /** JSON lines as they arrive, those of one packet together; ends when the server ends it, throws when it breaks. */
  readonly batches: AsyncIterator<readonly unknown[]>;
  /** Drops the connection; idempotent. `batches` then ends or throws: ignore it. */
  readonly close: () => void;
};

/**
 * HTTP to one API server. Failures are `GanglionError` with a `KubeCode`.
 *
 * Who retries: the transport repeats a request that the server refused unread (429, or 503 with Retry-After)
 * while the deadline allows; everything else goes to the caller at once.
 */
export type Transport = {
  /** The decoded JSON answer. */
  readonly request: (request: KubeRequest) => Promise<unknown>;
  /** Resolves when the server accepted the watch (its headers are here). `deadlineMs` covers only this opening. */
  readonly stream: (request: KubeRequest) => Promise<JsonStream>;
  /** Drops all connections; requests in flight fail with KUBE_STOPPED. */
  readonly close: () => Promise<void>;
};
