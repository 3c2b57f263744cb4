import { parseArgs } from "node:util";
import { errorMessage, GanglionError } from "@ganglion/types";

const REPEATS = 3;

export type AcceptArguments = {
  /** The one check to run; absent, all. */
  readonly only: string | undefined;
  /** Rounds of what differs from run to run. */
  readonly repeats: number;
  readonly quick: boolean;
  readonly short: boolean;
};

/** @throws GanglionError E2E_USAGE */
export function parseArguments(args: readonly string[], checks: readonly string[]): AcceptArguments {
  const { only, once, quick, short } = parsed(args);
  if (only !== undefined && !checks.includes(only))
    throw new GanglionError("E2E_USAGE", `no check "${only}"; there are ${checks.join(", ")}`);
  return { only, repeats: once || quick ? 1 : REPEATS, quick, short };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: "string" },
        once: { type: "boolean", default: false },
        quick: { type: "boolean", default: false },
        short: { type: "boolean", default: false },
      },
    }).values;
  } catch (cause) {
    throw new GanglionError(
      "E2E_USAGE",
      `${errorMessage(cause)}; there are --only NAME, --once, --quick, --short`,
      {},
      { cause },
    );
  }
}
