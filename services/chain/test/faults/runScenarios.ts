import { errorMessage } from "@ganglion/types";
import type { Scenario } from "./scenario.ts";

export type RunOptions = {
  readonly isRoot: boolean;
  /** Asked for by name: what cannot run then is a failure. */
  readonly isChosen: boolean;
  readonly kills: number;
  /** Tells how far a scenario is. */
  readonly say: (text: string) => void;
};

export type Outcome = {
  /** Scenario, check, what was seen, verdict. */
  readonly rows: readonly (readonly string[])[];
  readonly failed: boolean;
};

/** One after the other. Of those that need root, without it, nothing is claimed. */
export async function runScenarios(scenarios: readonly Scenario[], options: RunOptions): Promise<Outcome> {
  const rows: string[][] = [];
  for (const scenario of scenarios) rows.push(...(await rowsOf(scenario, options)));
  const failing = options.isChosen ? ["FAIL", "skipped"] : ["FAIL"];
  return { rows, failed: rows.some(([, , , verdict = ""]) => failing.includes(verdict)) };
}

async function rowsOf({ name, needsRoot, run }: Scenario, options: RunOptions): Promise<string[][]> {
  if (needsRoot && !options.isRoot) return [[name, "", "needs root", "skipped"]];
  const say = (text: string): void => options.say(`${name}: ${text}`);
  say("begins");
  try {
    const findings = await run({ kills: options.kills, say });
    return findings.map(({ check, holds, figure }) => [name, check, figure, holds ? "pass" : "FAIL"]);
  } catch (error) {
    say(errorMessage(error));
    return [[name, "", "ended early: see above", "FAIL"]];
  }
}
