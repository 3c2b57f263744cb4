import { type Manifest, ownerReference } from "@ganglion/operator/controllerkit";
import { LABELS, PREDECESSOR, type Toy } from "./kinds.ts";
import type { PlannedPod } from "./plan.ts";
import { revisionOf } from "./podName.ts";

/** The pod for one place of a toy. Pure. */
export function buildPod(toy: Toy, { name, ordinal, predecessorUid }: PlannedPod): Manifest {
  const { image, gpus, nodeSelector, tolerations } = toy.spec;
  const { namespace } = toy.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        [LABELS.toy]: toy.metadata.name,
        [LABELS.ordinal]: String(ordinal),
        [LABELS.revision]: revisionOf(toy),
      },
      ...(predecessorUid === "" ? {} : { annotations: { [PREDECESSOR]: predecessorUid } }),
      ownerReferences: [ownerReference(toy)],
    },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 5,
      ...(nodeSelector === undefined ? {} : { nodeSelector }),
      ...(tolerations === undefined ? {} : { tolerations }),
      containers: [
        { name: "main", image, ...(gpus === 0 ? {} : { resources: { limits: { "nvidia.com/gpu": gpus } } }) },
      ],
    },
  };
}
