// `make test`: the programs that tests start (built once, kept in the cache), the gates of `make check`, then every
// test once, and where the time went. Last line, alone: "N passed, N failed".
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { runGates } from "./gates.mjs";
import { STATIC_GATES } from "./staticGates.mjs";
import { buildTestPrograms } from "./testPrograms.mjs";
import { timeLine } from "./testTimes.ts";

const REPORTERS = ["jest.timesReporter.mjs", "jest.reporter.mjs"].flatMap((name) => [
  "--reporters",
  `<rootDir>/services/tooling/${name}`,
]);

const times = [];
const unbuilt = await timed("programs that tests start", buildTestPrograms);
const gatesPassed = await timed("static gates", () => runGates(STATIC_GATES));
const { code, verdict } = await timed("tests", runTests);
process.stdout.write(`${times.join("\n")}\n`);
const [passed, failed] = verdict ? [Number(verdict[1]), Number(verdict[2])] : [0, 1];
process.stdout.write(`${passed} passed, ${failed + (gatesPassed ? 0 : 1) + unbuilt.length} failed\n`);
process.exit(unbuilt.length === 0 && gatesPassed && code === 0 && verdict ? 0 : 1);

async function timed(what, work) {
  const startedMs = performance.now();
  const result = await work();
  times.push(timeLine((performance.now() - startedMs) / 1000, what));
  return result;
}

/** Runs jest and shows what it prints as it comes, but for its last line. */
async function runTests() {
  const child = spawn("npm", ["run", "-s", "jest", "--", ...REPORTERS], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let last;
  for await (const line of createInterface({ input: child.stdout })) {
    if (last !== undefined) process.stdout.write(`${last}\n`);
    last = line;
  }
  return { code: await ended, verdict: /^(\d+) passed, (\d+) failed$/.exec(last ?? "") };
}
