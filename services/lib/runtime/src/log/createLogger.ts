import type { LogFields, Logger } from "@ganglion/types";
import { type DestinationStream, type Logger as PinoLogger, pino } from "pino";

export type LoggerOptions = {
  readonly level?: "debug" | "info" | "warn" | "error" | "silent";
  /** Fields on every line, for example the program's name. */
  readonly fields?: LogFields;
  /** Where lines go; standard error by default, since standard output belongs to results. */
  readonly destination?: DestinationStream;
};

/** One JSON object a line: level, time (ISO), message, fields; bigint fields are written as strings. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const destination = options.destination ?? pino.destination({ fd: 2, sync: true });
  const base = pino(
    {
      level: options.level ?? "info",
      base: null,
      messageKey: "message",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return wrap(base.child(printable(options.fields ?? {})));
}

function wrap(inner: PinoLogger): Logger {
  return {
    debug: (message, fields = {}) => inner.debug(printable(fields), message),
    info: (message, fields = {}) => inner.info(printable(fields), message),
    warn: (message, fields = {}) => inner.warn(printable(fields), message),
    error: (message, fields = {}) => inner.error(printable(fields), message),
    child: (fields) => wrap(inner.child(printable(fields))),
  };
}

function printable(fields: LogFields): Record<string, string | number | boolean | undefined> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, typeof value === "bigint" ? value.toString() : value]),
  );
}
