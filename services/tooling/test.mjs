// `make test`: the gates of `make check`, then every test once. Last line, alone: "N passed, N failed".
import { spawnSync } from "node:child_process";
import { runGates } from "./gates.mjs";
import { STATIC_GATES } from "./staticGates.mjs";

const gatesPassed = await runGates(STATIC_GATES);
const tests = spawnSync("npm", ["run", "-s", "jest"], {
  stdio: ["ignore", "pipe", "inherit"],
  encoding: "utf8",
});
const lines = tests.stdout.trimEnd().split("\n");
const verdict = /^(\d+) passed, (\d+) failed$/.exec(lines.pop() ?? "");
process.stdout.write(`${lines.join("\n")}\n`);
const [passed, failed] = verdict ? [Number(verdict[1]), Number(verdict[2])] : [0, 1];
process.stdout.write(`${passed} passed, ${failed + (gatesPassed ? 0 : 1)} failed\n`);
process.exit(gatesPassed && tests.status === 0 && verdict ? 0 : 1);
