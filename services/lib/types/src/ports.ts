/** Wall time, injected so that decisions can be tested. */
export type Clock = { readonly nowMs: () => number };

export type LogFields = Readonly<Record<string, string | number | bigint | boolean | undefined>>;

/** Structured log: a constant message and fields. Never a secret, never a payload. */
export type Logger = {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields & { readonly error?: string }) => void;
  /** A logger that adds these fields to each line. */
  readonly child: (fields: LogFields) => Logger;
};
