// `make test`: the programs that tests on a real API server start (built once, kept in the cache), the gates of
// `make check`, then every test once. Last line, alone: "N passed, N failed".
import { spawnSync } from "node:child_process";
import { runGates } from "./gates.mjs";
import { STATIC_GATES } from "./staticGates.mjs";

const REAL_API_SERVER = ["etcd", "kube-apiserver", "kube-controller-manager"];

const build = spawnSync("node", ["e2e/cluster/src/main.ts", "build", ...REAL_API_SERVER], {
  stdio: ["ignore", "ignore", "inherit"],
});
const isBuilt = build.status === 0;
process.stdout.write(`${isBuilt ? "ok    " : "FAILED"} programs of a real API server\n`);
const gatesPassed = await runGates(STATIC_GATES);
const tests = spawnSync("npm", ["run", "-s", "jest"], {
  stdio: ["ignore", "pipe", "inherit"],
  encoding: "utf8",
});
const lines = tests.stdout.trimEnd().split("\n");
const verdict = /^(\d+) passed, (\d+) failed$/.exec(lines.pop() ?? "");
process.stdout.write(`${lines.join("\n")}\n`);
const [passed, failed] = verdict ? [Number(verdict[1]), Number(verdict[2])] : [0, 1];
process.stdout.write(`${passed} passed, ${failed + (gatesPassed ? 0 : 1) + (isBuilt ? 0 : 1)} failed\n`);
process.exit(isBuilt && gatesPassed && tests.status === 0 && verdict ? 0 : 1);
