import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createChainClient } from "@ganglion/client";
import { createLogger } from "@ganglion/runtime/log";
import { parseChildMessage } from "@ganglion/runtime/program";
import { GanglionError } from "@ganglion/types";

const MAIN = new URL("./main.ts", import.meta.resolve("@ganglion/chain"));
const READY_MS = 60_000;

export type Restart = {
  /** From the program's start to its first answer. */
  readonly tookMs: number;
  /** That it then told. */
  readonly height: number;
};

/**
 * Starts a stopped network's chain program alone, as it was configured, asks it once and kills it.
 * @throws GanglionError E2E_NO_CHAIN
 */
export async function restartChain(stateDir: string, name: string): Promise<Restart> {
  const startedMs = performance.now();
  const child = fork(MAIN, [join(stateDir, "config", `${name}.json`)], {
    stdio: "ignore",
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const exited = once(child, "exit");
  try {
    const height = await heightAt(await endpointOf(child, exited));
    return { tookMs: performance.now() - startedMs, height };
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
}

/** Where it serves, once it does; else its exit code or last words. */
async function endpointOf(child: ChildProcess, exited: Promise<unknown[]>): Promise<string> {
  const signal = AbortSignal.timeout(READY_MS);
  const [said]: unknown[] = await Promise.race([once(child, "message", { signal }), exited]);
  const message = parseChildMessage(said);
  const endpoint = message?.kind === "ready" ? message.facts["endpoint"] : undefined;
  if (typeof endpoint === "string") return endpoint;
  throw new GanglionError("E2E_NO_CHAIN", `the chain program did not start again: ${JSON.stringify(said)}`);
}

async function heightAt(endpoint: string): Promise<number> {
  const client = createChainClient({ endpoints: [endpoint] }, { logger: createLogger({ level: "silent" }) });
  try {
    return (await client.status()).height;
  } finally {
    client.close();
  }
}
