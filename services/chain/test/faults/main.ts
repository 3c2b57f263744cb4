// `make faults [ARGS="--only NAME --kills N"]`: breaks networks of four CometBFT nodes in one way after the other
// and prints a table of what was seen. Namespaces and mounts need root; without it those scenarios are skipped,
// and the run fails if one was chosen.
import { parseArgs } from "node:util";
import { renderTable } from "@ganglion/runtime/terminal";
import { ensureBinary } from "../gen/cometbftBinary.ts";
import { badProposer } from "./badProposer.ts";
import { deadNodes } from "./deadNodes.ts";
import { diskFull } from "./diskFull.ts";
import { doubleSign } from "./doubleSign.ts";
import { killsAtRandom } from "./kills.ts";
import { longHalt } from "./longHalt.ts";
import { partition } from "./partition.ts";
import { replay } from "./replay.ts";
import { runScenarios } from "./runScenarios.ts";
import type { Scenario } from "./scenario.ts";
import { stateSync } from "./stateSync.ts";
import { wrongClock } from "./wrongClock.ts";

const SCENARIOS: readonly Scenario[] = [
  deadNodes,
  longHalt,
  badProposer,
  partition,
  wrongClock,
  diskFull,
  doubleSign,
  killsAtRandom,
  replay,
  stateSync,
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
const { rows, failed } = await runScenarios(chosen, {
  isRoot: process.getuid?.() === 0,
  isChosen: values.only !== undefined,
  kills,
  say: (text) => {
    process.stderr.write(`${text}\n`);
  },
});
process.stdout.write(`${renderTable([["scenario", "check", "seen", "verdict"], ...rows])}\n`);
process.exit(failed ? 1 : 0);
