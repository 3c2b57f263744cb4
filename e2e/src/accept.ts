// `make accept [ARGS="--only NAME --once --quick --short"]`: runs what the milestone promises and prints one table.
import { errorMessage } from "@ganglion/types";
import { bench, conformance, gates, wrongInputs } from "./accept/commands.ts";
import { type Check, fact, type Measurement } from "./accept/figure.ts";
import { kills } from "./accept/kills.ts";
import { market } from "./accept/market.ts";
import { type AcceptArguments, parseArguments } from "./accept/parseArguments.ts";
import { startProgress } from "./accept/progress.ts";
import { start } from "./accept/start.ts";
import { combineRounds, type Row, tableOf } from "./accept/table.ts";

const CHECKS: readonly Check[] = [start, market, kills, conformance, bench, gates, wrongInputs];
const USAGE_EXIT = 64;

const args = readArguments();
const rows: Row[] = [];
for (const check of CHECKS.filter(({ name }) => args.only === undefined || name === args.only))
  rows.push(...combineRounds(await runRounds(check)));
process.stdout.write(`${tableOf(rows)}\n`);
process.exit(rows.some(({ verdict }) => verdict === "FAIL") ? 1 : 0);

function readArguments(): AcceptArguments {
  try {
    return parseArguments(
      process.argv.slice(2),
      CHECKS.map(({ name }) => name),
    );
  } catch (error) {
    process.stderr.write(`${errorMessage(error)}\n`);
    process.exit(USAGE_EXIT);
  }
}

async function runRounds({ name, repeated, run }: Check): Promise<readonly (readonly Measurement[])[]> {
  const rounds: (readonly Measurement[])[] = [];
  const count = repeated ? args.repeats : 1;
  for (let round = 1; round <= count; round++) {
    const progress = startProgress(count === 1 ? name : `${name} ${round} of ${count}`);
    try {
      rounds.push(await run({ quick: args.quick, short: args.short, say: progress.say }));
    } catch (error) {
      rounds.push([fact(name, false, errorMessage(error).slice(0, 100))]);
    } finally {
      progress.stop();
    }
  }
  return rounds;
}
