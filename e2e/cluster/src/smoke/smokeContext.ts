import { join } from "node:path";
import { GanglionError } from "@ganglion/types";
import type { ClusterState } from "../io/clusterFolder.ts";
import { runCommand } from "../io/runCommand.ts";
import { waitUntil } from "../io/waitUntil.ts";
import { type SmokeObjects, smokeObjects } from "./smokeObjects.ts";

/** A cluster of ours: its nodes can be switched. */
export type OwnCluster = { readonly dir: string; readonly state: ClusterState };

export type SmokeOptions = {
  readonly kubectl: string;
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly image: string;
  /** Undefined for a cluster of somebody else's. */
  readonly own: OwnCluster | undefined;
  /** Ends waiting, not commands: what a check made, it still removes. */
  readonly signal: AbortSignal;
};

/** What a check works with. */
export class SmokeContext {
  readonly objects: SmokeObjects;
  readonly own: OwnCluster | undefined;
  readonly namespace: string;
  readonly #options: SmokeOptions;

  constructor(options: SmokeOptions) {
    this.#options = options;
    this.own = options.own;
    this.namespace = options.namespace;
    this.objects = smokeObjects(options.image);
  }

  /** Runs kubectl in the checks' namespace. @throws GanglionError CLUSTER_COMMAND */
  kubectl(...args: readonly string[]): Promise<string> {
    return runCommand(this.#options.kubectl, [...this.#common, ...args]);
  }

  /** Creates objects or changes them. @throws GanglionError CLUSTER_COMMAND */
  async apply(...items: readonly object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await runCommand(this.#options.kubectl, [...this.#common, "apply", "-f", "-"], { input });
  }

  /** One value of an object, by JSONPath; empty when it is not there yet. */
  read(object: string, path: string): Promise<string> {
    return this.kubectl("get", object, `-o=jsonpath={${path}}`, "--ignore-not-found");
  }

  /** Waits until a value of an object fits. @throws GanglionError CLUSTER_TIMEOUT with the last value */
  async see(
    object: string,
    path: string,
    { fits, withinMs }: { readonly fits: (value: string) => boolean; readonly withinMs: number },
  ): Promise<string> {
    let value = "";
    const look = async (): Promise<boolean> => {
      value = await this.read(object, path);
      return fits(value);
    };
    try {
      const { signal } = this.#options;
      await waitUntil(look, { what: `${path} of ${object} as wanted`, withinMs, pollMs: 500, signal });
    } catch (cause) {
      if (this.#options.signal.aborted)
        throw new GanglionError("CLUSTER_SMOKE", "interrupted", {}, { cause });
      const message = `${object} has ${path} "${value.slice(0, 300)}" after ${withinMs} ms`;
      throw new GanglionError("CLUSTER_TIMEOUT", message, {}, { cause });
    }
    return value;
  }

  /** Names, nodes and addresses of the servers. */
  async echoPods(): Promise<readonly EchoPod[]> {
    const line = "{.metadata.name} {.spec.nodeName} {.status.podIP}";
    const text = await this.kubectl(
      "get",
      "pods",
      "-l=app=echo",
      `-o=jsonpath={range .items[*]}${line}{"\\n"}{end}`,
    );
    return text
      .trim()
      .split("\n")
      .map((each) => {
        const [name = "", node = "", address = ""] = each.split(" ");
        return { name, node, address };
      });
  }

  /** Runs the probe program in a pod. The first exec to a kubelet that has just started may fail: once more then. */
  async probe(pod: string, ...args: readonly string[]): Promise<string> {
    const command = ["exec", pod, "--", "/probe", ...args];
    try {
      return await this.kubectl(...command);
    } catch {
      return await this.kubectl(...command);
    }
  }

  get #common(): readonly string[] {
    const { kubeconfig, namespace } = this.#options;
    return [`--kubeconfig=${kubeconfig}`, `--namespace=${namespace}`, "--request-timeout=30s"];
  }

  /** A program of the cluster's own bin folder, for our clusters. */
  program(own: OwnCluster, name: string): string {
    return join(own.state.bin, name);
  }
}

export type EchoPod = { readonly name: string; readonly node: string; readonly address: string };

/** Fails a check. @throws GanglionError CLUSTER_SMOKE */
export function demand(holds: boolean, message: string): void {
  if (!holds) throw new GanglionError("CLUSTER_SMOKE", message);
}
