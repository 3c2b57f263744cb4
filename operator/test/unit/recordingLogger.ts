import type { LogFields, Logger } from "@ganglion/types";

export type LogLine = { readonly level: string; readonly message: string; readonly fields: LogFields };

/** Keeps what is logged. */
export function recordingLogger(lines: LogLine[] = []): Logger {
  const log =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      void lines.push({ level, message, fields });
  return {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    child: () => recordingLogger(lines),
  };
}
