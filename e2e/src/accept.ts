// `make accept [ARGS="--only NAME --quick --long"]`: runs what the milestone promises and prints one table.
import { errorMessage } from "@ganglion/types";
import { bench, conformance, gates, wrongInputs } from "./accept/commands.ts";
import { type Check, type Figure, fact, tableOf } from "./accept/figure.ts";
import { kills } from "./accept/kills.ts";
import { market } from "./accept/market.ts";
import { start } from "./accept/start.ts";

const CHECKS: readonly Check[] = [start, market, kills, conformance, bench, gates, wrongInputs];
const USAGE_EXIT = 64;

const args = process.argv.slice(2);
const only = args.includes("--only") ? args[args.indexOf("--only") + 1] : undefined;
const chosen = CHECKS.filter(({ name }) => only === undefined || name === only);
if (chosen.length === 0) {
  process.stderr.write(`no check "${only}"; there are ${CHECKS.map(({ name }) => name).join(", ")}\n`);
  process.exit(USAGE_EXIT);
}
const figures: Figure[] = [];
for (const { name, run } of chosen) figures.push(...(await runCheck(name, run)));
process.stdout.write(`${tableOf(figures)}\n`);
process.exit(figures.some(({ verdict }) => verdict === "FAIL") ? 1 : 0);

async function runCheck(name: string, run: Check["run"]): Promise<readonly Figure[]> {
  const say = (text: string): void => void process.stderr.write(`${new Date().toISOString()} ${text}\n`);
  say(`${name} begins`);
  try {
    return await run({ quick: args.includes("--quick"), long: args.includes("--long"), say });
  } catch (error) {
    return [fact(name, false, errorMessage(error).slice(0, 100))];
  }
}
