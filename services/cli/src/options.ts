import { resolve } from "node:path";
import { GanglionError } from "@ganglion/types";
import type { Command } from "commander";

/** Options that every command takes. */
export type Common = {
  readonly json: boolean;
  /** Absolute path of the state folder. */
  readonly stateDir: string;
  /** Overrides the running network's node. */
  readonly endpoint: string | undefined;
};

export function addCommonOptions(command: Command): void {
  command
    .option("--state <dir>", "state folder of the local network", ".ganglion")
    .option("--endpoint <host:port>", "a chain node's query API, instead of the local network's")
    .option("--json", "one JSON object instead of text", false);
}

export function commonOptions(command: Command): Common {
  const { state, endpoint, json } = command.optsWithGlobals<{
    state: string;
    endpoint?: string;
    json: boolean;
  }>();
  return { json, stateDir: resolve(state), endpoint };
}

/** @throws GanglionError CLI_BAD_NUMBER */
export function parseWhole(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new GanglionError("CLI_BAD_NUMBER", `${what} must be a whole number, not "${text}"`);
  return Number(text);
}

/** Parts per million of a percentage with at most four decimals. @throws GanglionError CLI_BAD_NUMBER */
export function parsePercent(text: string): number {
  if (!/^\d{1,3}(\.\d{1,4})?$/.test(text) || Number(text) > 100)
    throw new GanglionError(
      "CLI_BAD_NUMBER",
      `a percentage is 0 to 100 with at most four decimals, not "${text}"`,
    );
  return Math.round(Number(text) * 10_000);
}
