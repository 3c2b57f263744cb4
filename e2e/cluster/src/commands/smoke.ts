import { join, resolve } from "node:path";
import { GanglionError } from "@ganglion/types";
import { readClusterState } from "../io/clusterFolder.ts";
import { PROBE_IMAGE } from "../io/clusterImages.ts";
import { findCommand } from "../io/preflight.ts";
import { runSmoke } from "../smoke/runSmoke.ts";
import type { SmokeOptions } from "../smoke/smokeContext.ts";
import { machineKubeconfig } from "../startCluster.ts";
import { type Command, parseOptions } from "./command.ts";
import { DIR_OPTION } from "./up.ts";

/** `smoke [--dir D] [--kubeconfig FILE --image REFERENCE]`: checks our cluster, or any other one. */
export const smoke: Command = async ({ args, signal, say, print }) => {
  const { values } = parseOptions(args, {
    ...DIR_OPTION,
    kubeconfig: { type: "string" },
    image: { type: "string", default: PROBE_IMAGE },
  });
  const dir = resolve(values.dir);
  const namespace = `smoke-${process.pid}`;
  const theirs = values.kubeconfig === undefined ? undefined : resolve(values.kubeconfig);
  const options =
    theirs === undefined || theirs === machineKubeconfig(dir)
      ? ownCluster(dir, { namespace, image: values.image, signal })
      : {
          kubectl: kubectlOnPath(),
          kubeconfig: theirs,
          namespace,
          image: values.image,
          own: undefined,
          signal,
        };
  if (options.own === undefined)
    say(`pods run ${values.image}: the cluster must have it or reach it (docs/operations/cluster.md)`);
  const { passed, failed, unchecked } = await runSmoke(options, print);
  print(`${passed} passed, ${failed} failed, ${unchecked} unchecked`);
  return failed === 0 && !signal.aborted ? 0 : 1;
};

/** The options for checks of a cluster of ours. @throws GanglionError CLUSTER_NOT_RUNNING */
export function ownCluster(
  dir: string,
  options: Pick<SmokeOptions, "namespace" | "image" | "signal">,
): SmokeOptions {
  const state = readClusterState(dir);
  const kubectl = join(state.bin, "kubectl");
  return { ...options, kubectl, kubeconfig: machineKubeconfig(dir), own: { dir, state } };
}

function kubectlOnPath(): string {
  const kubectl = findCommand("kubectl");
  if (kubectl) return kubectl;
  throw new GanglionError(
    "CLUSTER_USAGE",
    "kubectl is not on PATH; `make cluster` prints where it built one",
  );
}
