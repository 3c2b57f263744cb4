import { type ChildProcess, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../../e2e/cluster/src/main.ts", import.meta.url));
/** Programs may have to be built first. */
const STARTED_MS = 3_600_000;
const OBEYED_MS = 120_000;

export type ControlPlaneProgram =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok";

/** A control plane of our own, without nodes, as a child of this process. */
export type ControlPlaneChild = {
  readonly kubeconfig: string;
  readonly server: string;
  readonly etcd: string;
  /** The folder of its programs. */
  readonly bin: string;
  readonly pid: number;
  readonly stopProgram: (name: ControlPlaneProgram, how: "stop" | "kill") => Promise<void>;
  readonly startProgram: (name: ControlPlaneProgram) => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * Starts etcd, kube-apiserver and what else is named, in `dir`; builds what is missing, or with `mustBeBuilt` fails.
 * @throws Error when it does not come up; why stands on standard error
 */
export async function startControlPlane(
  dir: string,
  also: readonly ControlPlaneProgram[],
  { mustBeBuilt = false } = {},
): Promise<ControlPlaneChild> {
  const args = ["control-plane", "up", "--dir", dir, "--json", "--control"];
  if (also.length > 0) args.push("--with", also.join(","));
  if (mustBeBuilt) args.push("--built");
  const child = spawn(process.execPath, [COMMAND, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const { kubeconfig = "", server = "", etcd = "", bin = "" } = await nextLine(child, lines, STARTED_MS);
  const obey = async (line: string): Promise<void> => {
    const answer = nextLine(child, lines, OBEYED_MS);
    child.stdin.write(`${line}\n`);
    const { failed, message } = await answer;
    if (failed !== undefined) throw new Error(`${line}: ${message ?? "failed"}`);
  };
  return {
    kubeconfig,
    server,
    etcd,
    bin,
    pid: child.pid ?? 0,
    stopProgram: (name, how) => obey(`${how} ${name}`),
    startProgram: (name) => obey(`start ${name}`),
    close: () => end(child),
  };
}

function nextLine(
  child: ChildProcess,
  lines: Interface,
  withinMs: number,
): Promise<Readonly<Record<string, string | undefined>>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`said nothing for ${withinMs} ms`), withinMs);
    const done = (): void => {
      clearTimeout(timer);
      lines.off("line", heard);
      child.off("exit", exited);
    };
    const fail = (why: string): void => {
      done();
      reject(new Error(`the control plane ${why}`));
    };
    const exited = (code: number | null): void => fail(`ended with ${code}`);
    const heard = (line: string): void => {
      done();
      resolve(fieldsOf(line));
    };
    lines.once("line", heard);
    child.once("exit", exited);
  });
}

function fieldsOf(line: string): Readonly<Record<string, string | undefined>> {
  const json: unknown = JSON.parse(line);
  if (typeof json !== "object" || json === null) return {};
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, String(value)]));
}

/** It stops when its input ends. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.stdin?.end();
  await ended;
}
