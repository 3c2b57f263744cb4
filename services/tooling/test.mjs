// `make test`: the programs that tests start (built once, kept in the cache), the gates of `make check`, then every
// test once, and where the time went. Last line, alone: "N passed, N failed".
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { runGates } from "./gates.mjs";
import { STATIC_GATES } from "./staticGates.mjs";
import { timeLine } from "./testTimes.ts";

/** Each builds what is missing and tells every minute that it does: no test file builds within its time-out. */
const PROGRAMS = [
  ["CometBFT", ["e2e/src/buildCometbft.ts"]],
  ["nats-server", ["e2e/src/buildNatsServer.ts"]],
  [
    "programs of a real API server",
    ["e2e/cluster/src/main.ts", "build", "etcd", "kube-apiserver", "kube-controller-manager"],
  ],
];
const REPORTERS = ["jest.timesReporter.mjs", "jest.reporter.mjs"].flatMap((name) => [
  "--reporters",
  `<rootDir>/services/tooling/${name}`,
]);
const NO_GO =
  "Go 1.26 or later is missing: install it from https://go.dev/dl; without, tests fail that start";

const times = [];
const unbuilt = await timed("programs that tests start", buildPrograms);
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

/** Names of those that could not be built; all others are there. Without Go, one line says so instead of each. */
function buildPrograms() {
  const hasGo = spawnSync("go", ["version"], { stdio: "ignore" }).status === 0;
  const missing = PROGRAMS.filter(([name, command]) => {
    const { status } = spawnSync("node", command, {
      stdio: ["ignore", "ignore", hasGo ? "inherit" : "ignore"],
    });
    process.stdout.write(`${status === 0 ? "ok    " : "FAILED"} ${name}\n`);
    return status !== 0;
  }).map(([name]) => name);
  if (!hasGo && missing.length > 0) process.stdout.write(`${NO_GO} ${missing.join(", ")}\n`);
  return missing;
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
