// The programs that tests start: `make test` builds them first, `make accept` before its clock starts.
import { spawnSync } from "node:child_process";

/** Each builds what is missing and tells every minute that it does: no test file builds within its time-out. */
const PROGRAMS = [
  ["CometBFT", ["e2e/src/buildCometbft.ts"]],
  ["nats-server", ["e2e/src/buildNatsServer.ts"]],
  [
    "programs of a real API server",
    ["e2e/cluster/src/main.ts", "build", "etcd", "kube-apiserver", "kube-controller-manager"],
  ],
];
const NO_GO =
  "Go 1.26 or later is missing: install it from https://go.dev/dl; without, tests fail that start";

if (import.meta.main) process.exitCode = buildTestPrograms().length === 0 ? 0 : 1;

/** Names of those that could not be built; all others are there. Without Go, one line says so instead of each. */
export function buildTestPrograms() {
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
