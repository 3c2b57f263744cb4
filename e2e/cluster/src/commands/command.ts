import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { errorMessage, GanglionError } from "@ganglion/types";

/** What a command is given. */
export type CommandInput = {
  readonly args: readonly string[];
  /** Aborted when the user asks to stop. */
  readonly signal: AbortSignal;
  /** One line for people, on standard error. */
  readonly say: (text: string) => void;
  /** One line of the result, on standard output. */
  readonly print: (text: string) => void;
};

/** Gives the exit code. */
export type Command = (input: CommandInput) => Promise<number>;

/** `parseArgs`, with its complaints as usage errors. @throws GanglionError CLUSTER_USAGE */
export function parseOptions<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new GanglionError("CLUSTER_USAGE", errorMessage(error));
  }
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
