import { resolve } from "node:path";
import { SPIKES_PER_GLN } from "@ganglion/params";
import { asSpikes, GanglionError, type Spikes } from "@ganglion/types";
import type { Command } from "commander";

/** Options that every command takes. */
export type Common = {
  readonly json: boolean;
  /** Absolute path of the state folder. */
  readonly stateDir: string;
  /** Overrides the running network's node. */
  readonly endpoint: string | undefined;
};

const GLN_DECIMALS = 9;

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

/**
 * An amount as people write it: GLN with up to nine decimals, for example `1.5`.
 * @throws GanglionError CLI_BAD_AMOUNT
 */
export function parseGln(text: string): Spikes {
  const match = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(text);
  if (!match)
    throw new GanglionError(
      "CLI_BAD_AMOUNT",
      `"${text}" is no amount: write GLN like 12 or 0.5 (nine decimals at most)`,
    );
  const [, whole = "0", fraction = ""] = match;
  return asSpikes(BigInt(whole) * SPIKES_PER_GLN + BigInt(fraction.padEnd(GLN_DECIMALS, "0")));
}

/** Exact GLN without trailing zeros. */
export function formatGln(spikes: bigint): string {
  const fraction = (spikes % SPIKES_PER_GLN).toString().padStart(GLN_DECIMALS, "0").replace(/0+$/, "");
  return `${spikes / SPIKES_PER_GLN}${fraction && `.${fraction}`}`;
}

/** @throws GanglionError CLI_BAD_NUMBER */
export function parseWhole(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new GanglionError("CLI_BAD_NUMBER", `${what} must be a whole number, not "${text}"`);
  return Number(text);
}
