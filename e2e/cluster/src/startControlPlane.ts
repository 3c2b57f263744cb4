import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { GanglionError } from "@ganglion/types";
import { planControlPlaneCertificates } from "./core/certificatePlan.ts";
import {
  CONTROL_PLANE_PROGRAMS,
  type ControlPlanePlan,
  type ControlPlanePorts,
  type ControlPlaneProgram,
  controlPlaneArguments,
  etcdUrl,
} from "./core/controlPlaneArguments.ts";
import { AdminClient } from "./io/adminClient.ts";
import { buildPrograms } from "./io/build.ts";
import { ChildProgram } from "./io/childProgram.ts";
import { freePorts } from "./io/freePorts.ts";
import { waitUntil } from "./io/waitUntil.ts";
import { writeCertificates, writeKubeconfigs } from "./io/writeCertificates.ts";

const ADDRESS = "127.0.0.1";
const SERVICE_CIDR = "10.96.0.0/16";
const READY_MS = 120_000;

export type ControlPlaneOptions = {
  /** Certificates, data and logs; data that is there is used again. */
  readonly dir: string;
  /** Beside etcd and kube-apiserver, which always run. */
  readonly with?: readonly ("kube-controller-manager" | "kube-scheduler" | "kwok")[];
  readonly say?: (text: string) => void;
  /** Builds nothing: what is missing is an error. */
  readonly mustBeBuilt?: boolean;
  /** Ends the start, and what runs by then. */
  readonly signal?: AbortSignal;
};

/** A control plane without real nodes on 127.0.0.1; needs no root. */
export type ControlPlane = {
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** URLs of kube-apiserver and etcd. */
  readonly server: string;
  readonly etcd: string;
  /** The folder of all built programs, kubectl among them if it was built. */
  readonly bin: string;
  readonly admin: AdminClient;
  /** Ends one program; the others go on. SIGKILL is a crash. */
  readonly stopProgram: (name: ControlPlaneProgram, signal?: NodeJS.Signals) => Promise<void>;
  /** Starts one again and waits until the apiserver is ready. */
  readonly startProgram: (name: ControlPlaneProgram) => Promise<void>;
  readonly pidOf: (name: ControlPlaneProgram) => number | undefined;
  /** Ends all and waits for them; the folder stays. */
  readonly stop: () => Promise<void>;
};

/**
 * Builds what is missing and starts etcd and kube-apiserver, and what else is asked for, as children.
 * @throws GanglionError CLUSTER_ENDED | CLUSTER_TIMEOUT | CLUSTER_COMMAND | GO_NEEDED | CLUSTER_NOT_BUILT
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { dir, say = () => undefined, mustBeBuilt = false } = options;
  const names = CONTROL_PLANE_PROGRAMS.filter(
    (name) => name === "etcd" || name === "kube-apiserver" || options.with?.includes(name),
  );
  const bin = await buildPrograms({ programs: names, say, mustBeBuilt });
  const plan = await preparePlan(dir, names);
  const server = `https://${ADDRESS}:${plan.ports.apiserver}`;
  writeKubeconfigs(plan.pki, server, []);
  const programs = new Map(
    names.map((name) => {
      const args = controlPlaneArguments(name, plan);
      return [
        name,
        new ChildProgram({ name, command: join(bin, name), args, log: join(dir, "logs", `${name}.log`) }),
      ];
    }),
  );
  const admin = new AdminClient(plan.pki, server);
  const stop = async (): Promise<void> => {
    admin.close();
    for (const name of [...names].reverse()) await programs.get(name)?.stop();
  };
  const all = [...programs.values()];
  const ready = (signal?: AbortSignal): Promise<void> => waitUntilReady(admin, all, signal);
  try {
    for (const program of programs.values()) {
      program.start();
      if (program.name === "kube-apiserver") await ready(options.signal);
    }
    if (plan.hasControllerManager) await waitForServiceAccount(admin, all, options.signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kubeconfig: join(plan.pki, "admin.kubeconfig"),
    server,
    etcd: etcdUrl(plan),
    bin,
    admin,
    stopProgram: (name, signal) => programOf(programs, name).stop(signal),
    startProgram: async (name) => {
      programOf(programs, name).start();
      await ready();
    },
    pidOf: (name) => programs.get(name)?.pid,
    stop,
  };
}

async function preparePlan(dir: string, names: readonly ControlPlaneProgram[]): Promise<ControlPlanePlan> {
  const pki = join(dir, "pki");
  mkdirSync(join(dir, "logs"), { recursive: true });
  if (!existsSync(join(pki, "sa.pub")))
    await writeCertificates(pki, planControlPlaneCertificates({ addresses: [ADDRESS] }));
  return {
    address: ADDRESS,
    ports: await choosePorts(),
    pki,
    etcdData: join(dir, "etcd"),
    serviceCidr: SERVICE_CIDR,
    hasControllerManager: names.includes("kube-controller-manager"),
  };
}

async function choosePorts(): Promise<ControlPlanePorts> {
  const [apiserver = 0, etcd = 0, etcdPeer = 0, controllerManager = 0, scheduler = 0, kwok = 0] =
    await freePorts(6);
  return { apiserver, etcd, etcdPeer, controllerManager, scheduler, kwok };
}

async function waitUntilReady(
  admin: AdminClient,
  programs: readonly ChildProgram[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const isReady = (): Promise<boolean> => {
    for (const program of programs)
      if (program.name === "etcd" || program.name === "kube-apiserver") program.assertRunning();
    return admin.has("/readyz");
  };
  await waitUntil(isReady, { what: "ready kube-apiserver", withinMs: READY_MS, ...(signal && { signal }) });
}

/** Pods are refused until the controller manager has made the account they run as. */
async function waitForServiceAccount(
  admin: AdminClient,
  programs: readonly ChildProgram[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const isThere = (): Promise<boolean> => {
    for (const program of programs) program.assertRunning();
    return admin.has("/api/v1/namespaces/default/serviceaccounts/default");
  };
  await waitUntil(isThere, {
    what: "default service account",
    withinMs: READY_MS,
    ...(signal && { signal }),
  });
}

function programOf(
  programs: ReadonlyMap<ControlPlaneProgram, ChildProgram>,
  name: ControlPlaneProgram,
): ChildProgram {
  const program = programs.get(name);
  if (program) return program;
  throw new GanglionError(
    "CLUSTER_USAGE",
    `${name} was not asked for; there are ${[...programs.keys()].join(", ")}`,
  );
}
