// `node e2e/cluster/src/main.ts COMMAND`: the cluster for tests on one Linux machine; see docs/operations/cluster.md.
import { errorCode, errorMessage, GanglionError } from "@ganglion/types";
import type { Command } from "./commands/command.ts";

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  build: async () => (await import("./commands/build.ts")).build,
  "control-plane": async () => (await import("./commands/controlPlane.ts")).controlPlane,
  up: async () => (await import("./commands/up.ts")).up,
  down: async () => (await import("./commands/down.ts")).down,
  node: async () => (await import("./commands/node.ts")).node,
  "fake-nodes": async () => (await import("./commands/fakeNodes.ts")).fakeNodes,
  smoke: async () => (await import("./commands/smoke.ts")).smoke,
  images: async () => (await import("./commands/images.ts")).images,
};
/** They end what they began; what the others started, `down` finds again. */
const END_THEMSELVES = ["control-plane", "smoke"];
const USAGE_EXIT = 64;
const INTERRUPTED_EXIT = 130;

const [name = "", ...args] = process.argv.slice(2);
const load = COMMANDS[name];
if (load === undefined) {
  process.stderr.write(`usage: node e2e/cluster/src/main.ts ${Object.keys(COMMANDS).join(" | ")}\n`);
  process.exit(USAGE_EXIT);
}
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    stop.abort();
    if (!END_THEMSELVES.includes(name)) process.exit(INTERRUPTED_EXIT);
  });
try {
  const command = await load();
  process.exitCode = await command({
    args,
    signal: stop.signal,
    say: (text) => void process.stderr.write(`${text}\n`),
    print: (text) => void process.stdout.write(`${text}\n`),
  });
} catch (error) {
  const isUsage = error instanceof GanglionError && error.code === "CLUSTER_USAGE";
  process.stderr.write(`${errorCode(error)}: ${describe(error)}\n`);
  process.exitCode = isUsage ? USAGE_EXIT : 1;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return errorMessage(error);
  const text = error instanceof GanglionError ? error.message : (error.stack ?? error.message);
  return error.cause === undefined ? text : `${text}; ${describe(error.cause)}`;
}
