import { isJsonArray, isJsonObject, type Json, type JsonObject, objectAt, textAt } from "./json.ts";

export type ScalePaths = {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  readonly labelSelector?: string;
};

/** One kind that the server serves. */
export type ResourceType = {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Has a status subresource: then the main path leaves `status` alone. */
  readonly status: boolean;
  readonly scale?: ScalePaths;
  /** `metadata.generation` counts changes of all but metadata and status. */
  readonly generation: boolean;
  /** An OpenAPI schema whose defaults are filled in. */
  readonly schema?: JsonObject;
  /** Field selectors beside metadata.name and metadata.namespace. */
  readonly fieldSelectors: readonly string[];
};

type Options = Partial<Pick<ResourceType, "status" | "scale" | "generation" | "fieldSelectors">>;

const REPLICAS: ScalePaths = { specReplicas: ".spec.replicas", statusReplicas: ".status.replicas" };
const WORKLOAD: Options = { status: true, generation: true, scale: REPLICAS };

/** What every server has; custom kinds come by creating a CustomResourceDefinition. */
export const BUILT_IN: readonly ResourceType[] = [
  core("pods", "Pod", {
    status: true,
    generation: true,
    fieldSelectors: ["spec.nodeName", "status.phase", "spec.schedulerName"],
  }),
  core("configmaps", "ConfigMap"),
  core("secrets", "Secret", { fieldSelectors: ["type"] }),
  core("services", "Service", { status: true }),
  core("serviceaccounts", "ServiceAccount"),
  core("persistentvolumeclaims", "PersistentVolumeClaim", { status: true }),
  core("events", "Event", { fieldSelectors: ["involvedObject.name", "reason", "type"] }),
  { ...core("nodes", "Node", { status: true }), namespaced: false },
  { ...core("namespaces", "Namespace", { status: true }), namespaced: false },
  { ...core("persistentvolumes", "PersistentVolume", { status: true }), namespaced: false },
  type("events.k8s.io", "events", "Event"),
  type("coordination.k8s.io", "leases", "Lease"),
  type("apps", "deployments", "Deployment", WORKLOAD),
  type("apps", "replicasets", "ReplicaSet", WORKLOAD),
  type("apps", "statefulsets", "StatefulSet", WORKLOAD),
  type("policy", "poddisruptionbudgets", "PodDisruptionBudget", { status: true, generation: true }),
  type("networking.k8s.io", "networkpolicies", "NetworkPolicy", { generation: true }),
  {
    ...type("apiextensions.k8s.io", "customresourcedefinitions", "CustomResourceDefinition", {
      status: true,
      generation: true,
    }),
    namespaced: false,
  },
];

/** `group/plural`: one storage a resource, whatever the version. */
export function typeKey(type: Pick<ResourceType, "group" | "plural">): string {
  return `${type.group}/${type.plural}`;
}

export function apiVersionOf({ group, version }: Pick<ResourceType, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The kinds that a CustomResourceDefinition defines, one a served version. */
export function typesOfDefinition(definition: Json): readonly ResourceType[] {
  const spec = objectAt(definition, "spec");
  const names = objectAt(spec, "names");
  const versions = isJsonArray(spec["versions"]) ? spec["versions"].filter(isJsonObject) : [];
  return versions
    .filter((version) => version["served"] === true)
    .map((version) => {
      const subresources = objectAt(version, "subresources");
      const scale = objectAt(subresources, "scale");
      const specReplicas = textAt(scale, "specReplicasPath");
      const labelSelector = textAt(scale, "labelSelectorPath");
      return {
        group: textAt(spec, "group") ?? "",
        version: textAt(version, "name") ?? "",
        plural: textAt(names, "plural") ?? "",
        kind: textAt(names, "kind") ?? "",
        namespaced: textAt(spec, "scope") !== "Cluster",
        status: isJsonObject(subresources["status"]),
        ...(specReplicas !== undefined && {
          scale: {
            specReplicas,
            statusReplicas: textAt(scale, "statusReplicasPath") ?? ".status.replicas",
            ...(labelSelector !== undefined && { labelSelector }),
          },
        }),
        generation: true,
        schema: objectAt(objectAt(version, "schema"), "openAPIV3Schema"),
        fieldSelectors: [],
      };
    });
}

function core(plural: string, kind: string, options: Options = {}): ResourceType {
  return type("", plural, kind, options);
}

function type(group: string, plural: string, kind: string, options: Options = {}): ResourceType {
  const plain = { status: false, generation: false, fieldSelectors: [] };
  return { ...plain, ...options, group, version: "v1", plural, kind, namespaced: true };
}
