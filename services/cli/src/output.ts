import { bytesToHex, errorCode, errorMessage } from "@ganglion/types";
import { CommanderError } from "commander";

const USAGE_EXIT = 64;

/** Prints a result: `value` as one JSON line for programs, `text` for people. */
export function printResult(json: boolean, value: unknown, text: () => string): void {
  process.stdout.write(json ? `${toJson(value)}\n` : `${text()}\n`);
}

/** JSON in which bigints are decimal strings and bytes hexadecimal. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, inner: unknown) {
    if (typeof inner === "bigint") return inner.toString();
    // A Buffer has made itself an object by now: the holder still has the bytes.
    const bytes = this[key];
    return bytes instanceof Uint8Array ? bytesToHex(bytes) : inner;
  });
}

/** One clear error on standard error (with `--json` as an object); returns the exit code. */
export function reportFailure(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return reportUsage(error, json);
  const code = errorCode(error);
  const message = errorMessage(error);
  if (json) process.stderr.write(`${JSON.stringify({ error: { code, message } })}\n`);
  else process.stderr.write(`error: ${message}  [${code}]\n`);
  if (code === "INTERNAL" && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  return 1;
}

/** To people Commander has told it already. */
function reportUsage({ exitCode, message }: CommanderError, json: boolean): number {
  if (exitCode === 0) return 0;
  const error = {
    code: "CLI_USAGE",
    message: `${message.replace(/^error: /, "")}: --help shows what is possible`,
  };
  if (json) process.stderr.write(`${JSON.stringify({ error })}\n`);
  return USAGE_EXIT;
}
