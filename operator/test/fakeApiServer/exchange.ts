/** One request, its body read. */
export type ApiRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Aborted when the client has gone or the connection was cut. */
  readonly signal: AbortSignal;
};

/** Where an answer goes: `start` once, `write` any number of times, `end` once. */
export type Reply = {
  start(code: number, headers: Readonly<Record<string, string>>): void;
  write(chunk: string | Uint8Array): void;
  end(): void;
  /** Destroys the connection, in the middle of whatever was sent. */
  cut(): void;
};

/** Answers requests: a server of its own, or a proxy to another. Never throws. */
export type Handler = (request: ApiRequest, reply: Reply) => Promise<void>;

/** A whole answer at once. */
export function answer(
  reply: Reply,
  code: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  reply.start(code, { "content-type": "application/json", ...headers });
  reply.write(body);
  reply.end();
}
