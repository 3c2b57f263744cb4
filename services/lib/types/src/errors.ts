/**
 * An expected failure with a stable code. `message` says what happened and what to do about it; `data` holds
 * the facts, flat and loggable (never secrets). Always pass `cause` when wrapping.
 */
export class GanglionError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly data: Readonly<Record<string, string | number | bigint | boolean>>;

  constructor(
    code: Code,
    message: string,
    data: Readonly<Record<string, string | number | bigint | boolean>> = {},
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.name = "GanglionError";
    this.code = code;
    this.data = data;
  }
}

/** A broken invariant: cannot happen unless the program is wrong, so the process must stop. */
export class InvariantError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "InvariantError";
  }
}

/** The code of an expected failure; `INTERNAL` for anything else. */
export function errorCode(error: unknown): string {
  const coded: GanglionError | undefined = error instanceof GanglionError ? error : undefined;
  return coded?.code ?? "INTERNAL";
}

/** What to show of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
