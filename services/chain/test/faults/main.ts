// `make faults [ARGS="--only NAME --kills N"]`: breaks networks of four CometBFT nodes in one way after the other
// and prints a table of what was seen. Namespaces and mounts need root; without it those scenarios are left out.
import { parseArgs } from "node:util";
import { renderTable } from "@ganglion/runtime/terminal";
import { errorMessage } from "@ganglion/types";
import { ensureBinary } from "../gen/cometbftBinary.ts";
import { badProposer } from "./badProposer.ts";
import { deadNodes } from "./deadNodes.ts";
import { diskFull } from "./diskFull.ts";
import { doubleSign } from "./doubleSign.ts";
import { killsAtRandom } from "./kills.ts";
import { partition } from "./partition.ts";
import { replay } from "./replay.ts";
import type { Finding, Scenario } from "./scenario.ts";
import { wrongClock } from "./wrongClock.ts";

const SCENARIOS: readonly Scenario[] = [
  deadNodes,
  badProposer,
  partition,
  wrongClock,
  diskFull,
  doubleSign,
  killsAtRandom,
  replay,
];
const KILLS = 200;
const USAGE_EXIT = 64;

const { values } = parseArgs({ options: { only: { type: "string" }, kills: { type: "string" } } });
const kills = Number(values.kills ?? KILLS);
const chosen = SCENARIOS.filter(({ name }) => values.only === undefined || values.only === name);
if (chosen.length === 0 || !Number.isSafeInteger(kills) || kills < 1) {
  const names = SCENARIOS.map(({ name }) => name).join(", ");
  process.stderr.write(`give --only one of ${names}, --kills a whole number\n`);
  process.exit(USAGE_EXIT);
}
ensureBinary();
const rows: string[][] = [];
let failed = false;
for (const scenario of chosen) {
  const findings = await outcomeOf(scenario);
  for (const { check, holds, figure } of findings) {
    failed ||= !holds;
    rows.push([scenario.name, check, figure, holds ? "pass" : "FAIL"]);
  }
}
process.stdout.write(`${renderTable([["scenario", "check", "seen", "verdict"], ...rows])}\n`);
process.exit(failed ? 1 : 0);

async function outcomeOf({ name, needsRoot, run }: Scenario): Promise<readonly Finding[]> {
  if (needsRoot && process.getuid?.() !== 0)
    return [{ check: name, holds: true, figure: "left out: needs root" }];
  const say = (text: string): void => {
    process.stderr.write(`${name}: ${text}\n`);
  };
  say("begins");
  try {
    return await run({ kills, say });
  } catch (error) {
    say(errorMessage(error));
    return [{ check: name, holds: false, figure: "ended early: see above" }];
  }
}
