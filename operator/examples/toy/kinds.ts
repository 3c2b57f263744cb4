import { type Condition, defineResource, type KubeObject } from "@ganglion/operator/controllerkit";

/** Keeps `spec.replicas` pods of one image running. Defaults are in the schema, so all fields are there. */
export type Toy = KubeObject & {
  readonly spec: {
    readonly replicas: number;
    readonly image: string;
    readonly gpus: number;
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly tolerations?: readonly Readonly<Record<string, unknown>>[];
  };
  readonly status?: Partial<ToyStatus>;
};

export type ToyStatus = {
  readonly observedGeneration: number;
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly selector: string;
  readonly conditions: readonly Condition[];
};

/** As much of a pod as the controller looks at: ten thousand of them must fit in memory. */
export type ToyPod = KubeObject & {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
};

export const LABELS = {
  toy: "example.com/toy",
  ordinal: "example.com/ordinal",
  revision: "example.com/revision",
};
export const PREDECESSOR = "example.com/predecessor";

export const toyType = defineResource<Toy>({
  group: "example.com",
  version: "v1",
  plural: "toys",
  kind: "Toy",
  namespaced: true,
});

export const podType = defineResource<ToyPod>(
  { group: "", version: "v1", plural: "pods", kind: "Pod", namespaced: true },
  prunePod,
);

function prunePod({ apiVersion, kind, metadata, status }: ToyPod): ToyPod {
  const { annotations, ...kept } = metadata;
  const predecessor = annotations?.[PREDECESSOR];
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return {
    apiVersion,
    kind,
    metadata: {
      ...kept,
      ...(predecessor === undefined ? {} : { annotations: { [PREDECESSOR]: predecessor } }),
    },
    status: {
      ...(status?.phase === undefined ? {} : { phase: status.phase }),
      conditions: ready === undefined ? [] : [{ type: "Ready", status: ready.status }],
    },
  };
}
