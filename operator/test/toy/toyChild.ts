import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../examples/toy/main.ts", import.meta.url));
const STARTED_MS = 60_000;
/** As operator/README.md starts it: docs/controllerkit.md says why. */
const NODE_FLAGS = ["--max-semi-space-size=4", "--heap-growing-percent=50"];

/** A replica of the toy's controller as a process of its own. */
export type ToyChild = {
  readonly identity: string;
  readonly pid: number;
  /** The value of a metric: the sum of the samples whose labels hold all the given ones; 0 when there is none. */
  readonly metric: (name: string, labels?: Readonly<Record<string, string>>) => Promise<number>;
  readonly signal: (signal: "SIGKILL" | "SIGSTOP" | "SIGCONT" | "SIGTERM") => void;
  /** Resolves with the exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
};

/** Starts one; resolves when it serves. Its log goes to `say`. @throws Error when it does not come up */
export async function startToyChild(
  kubeconfig: string,
  namespace: string,
  say: (line: string) => void = () => undefined,
): Promise<ToyChild> {
  const args = [...NODE_FLAGS, MAIN, "--namespace", namespace, "--lease-namespace", namespace];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, KUBECONFIG: kubeconfig },
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const { identity, metricsPort } = await readStart(child, say);
  return {
    identity,
    pid: child.pid ?? 0,
    metric: (name, labels) => readMetric(metricsPort, name, labels ?? {}),
    signal: (signal) => void child.kill(signal),
    exited,
  };
}

function readStart(
  child: ChildProcess,
  say: (line: string) => void,
): Promise<{ readonly identity: string; readonly metricsPort: number }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the toy controller did not start")), STARTED_MS);
    child.once("exit", (code) => reject(new Error(`the toy controller ended with ${code}`)));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        say(line);
        const found = /"identity":"([^"]+)".*"metricsPort":(\d+)/.exec(line);
        if (found === null) return;
        clearTimeout(timer);
        resolve({ identity: found[1] ?? "", metricsPort: Number(found[2]) });
      });
    }
  });
}

async function readMetric(
  port: number,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const reply = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(5_000) });
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return (await reply.text())
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
