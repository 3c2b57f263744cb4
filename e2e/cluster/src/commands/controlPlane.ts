import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { errorCode, errorMessage, GanglionError } from "@ganglion/types";
import { CONTROL_PLANE_PROGRAMS, type ControlPlaneProgram } from "../core/controlPlaneArguments.ts";
import { setFakeNodes } from "../io/fakeNodes.ts";
import { type ControlPlane, startControlPlane } from "../startControlPlane.ts";
import { aborted, type Command, type CommandInput, parseOptions } from "./command.ts";
import { parseCount } from "./up.ts";

const SIGNALS = { stop: "SIGTERM", kill: "SIGKILL" } as const;
const OPTIONAL = ["kube-controller-manager", "kube-scheduler", "kwok"] as const;

/**
 * `control-plane up [--dir D] [--with NAME,...] [--fake-nodes N] [--built] [--json] [--control]`: runs until asked
 * to stop. Prints one line when it is ready. With --built it fails where it would have to build. With --control it reads `stop NAME`, `kill NAME`, `start NAME` from standard
 * input, answers each with one line, and stops when the input ends.
 */
export const controlPlane: Command = async (input) => {
  const { positionals, values } = parseOptions(input.args, {
    dir: { type: "string" },
    with: { type: "string", default: "" },
    "fake-nodes": { type: "string", default: "0" },
    built: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    control: { type: "boolean", default: false },
  });
  if (positionals.join(" ") !== "up")
    throw new GanglionError("CLUSTER_USAGE", "usage: control-plane up [--dir D] [--with NAME,...] [--json]");
  const dir = resolve(values.dir ?? mkdtempSync(join(tmpdir(), "ganglion-control-plane-")));
  const fakeNodes = parseCount("--fake-nodes", values["fake-nodes"]);
  const startedMs = performance.now();
  const plane = await startControlPlane({
    dir,
    with: parseWith(values.with),
    say: input.say,
    mustBeBuilt: values.built,
    signal: input.signal,
  });
  try {
    if (fakeNodes > 0) await setFakeNodes(plane.admin, fakeNodes);
    input.say(`ready after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    const { kubeconfig, server, etcd, bin } = plane;
    input.print(
      values.json ? JSON.stringify({ kubeconfig, server, etcd, bin }) : `export KUBECONFIG=${kubeconfig}`,
    );
    await Promise.race([aborted(input.signal), ...(values.control ? [obey(plane, input)] : [])]);
  } finally {
    await plane.stop();
    if (values.dir === undefined) rmSync(dir, { recursive: true, force: true });
  }
  return 0;
};

async function obey(plane: ControlPlane, { print }: CommandInput): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const [verb = "", name = ""] = line.trim().split(/\s+/);
      await act(plane, verb, parseProgram(name));
      print(JSON.stringify({ done: verb, name }));
    } catch (error) {
      print(JSON.stringify({ failed: line, code: errorCode(error), message: errorMessage(error) }));
    }
  }
}

async function act(plane: ControlPlane, verb: string, name: ControlPlaneProgram): Promise<void> {
  if (verb === "start") return await plane.startProgram(name);
  if (verb === "stop" || verb === "kill") return await plane.stopProgram(name, SIGNALS[verb]);
  throw new GanglionError("CLUSTER_USAGE", `no command "${verb}"; there are start, stop, kill`);
}

function parseProgram(text: string): ControlPlaneProgram {
  const name = CONTROL_PLANE_PROGRAMS.find((known) => known === text);
  if (name) return name;
  throw new GanglionError(
    "CLUSTER_USAGE",
    `no program "${text}"; there are ${CONTROL_PLANE_PROGRAMS.join(", ")}`,
  );
}

function parseWith(text: string): readonly (typeof OPTIONAL)[number][] {
  return text
    .split(",")
    .filter((part) => part !== "")
    .map((part) => {
      const name = OPTIONAL.find((known) => known === part);
      if (name) return name;
      throw new GanglionError("CLUSTER_USAGE", `--with takes ${OPTIONAL.join(", ")}, not "${part}"`);
    });
}
