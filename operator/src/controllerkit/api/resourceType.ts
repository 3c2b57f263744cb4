import { GanglionError } from "@ganglion/types";
import type { KubeObject, ObjectRef } from "./kubeObject.ts";

/** One kind of object as the API server serves it, and how its JSON becomes a `T`. */
export type ResourceType<T extends KubeObject> = {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** `version`, or `group/version`. */
  readonly apiVersion: string;
  /** @throws GanglionError KUBE_BAD_ANSWER when the value is no object with a name and a resourceVersion. */
  readonly decode: (value: unknown) => T;
};

/** A kind as its URL and its objects name it. */
export type ResourceNames = {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
};

/** Parts of a path: a collection has no name, a cluster-wide one no namespace either. */
export type ResourcePath = Partial<ObjectRef> & { readonly subresource?: "status" | "scale" };

/**
 * Names a kind. Metadata is checked; the rest is what the server's schema let in, so `T` must be no stricter
 * than that schema. Items of a list get the `apiVersion` and `kind` that the server leaves out;
 * `managedFields`, which only the server needs, are dropped. `transform` prunes what a cache need not hold.
 */
export function defineResource<T extends KubeObject>(
  names: ResourceNames,
  transform: (object: T) => T = (object) => object,
): ResourceType<T> {
  const apiVersion = names.group === "" ? names.version : `${names.group}/${names.version}`;
  return {
    ...names,
    apiVersion,
    decode: (value) => transform(decodeObject<T>(value, apiVersion, names.kind)),
  };
}

/** The path below the server's address, for example `/apis/apps/v1/namespaces/a/deployments/b/scale`. */
export function resourcePath(names: ResourceNames, path: ResourcePath): string {
  const root = names.group === "" ? `/api/${names.version}` : `/apis/${names.group}/${names.version}`;
  const namespace =
    names.namespaced && path.namespace !== undefined
      ? `/namespaces/${encodeURIComponent(path.namespace)}`
      : "";
  const name = path.name === undefined ? "" : `/${encodeURIComponent(path.name)}`;
  const subresource = path.subresource === undefined ? "" : `/${path.subresource}`;
  return `${root}${namespace}/${names.plural}${name}${subresource}`;
}

function decodeObject<T extends KubeObject>(value: unknown, apiVersion: string, kind: string): T {
  const metadata = isRecord(value) ? value["metadata"] : undefined;
  if (!isRecord(value) || !isRecord(metadata)) throw badObject(kind, "it has no metadata");
  if (typeof metadata["name"] !== "string") throw badObject(kind, "it has no name");
  if (typeof metadata["resourceVersion"] !== "string") throw badObject(kind, "it has no resourceVersion");
  delete metadata["managedFields"];
  value["apiVersion"] ??= apiVersion;
  value["kind"] ??= kind;
  return value as T;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function badObject(kind: string, why: string): GanglionError {
  return new GanglionError(
    "KUBE_BAD_ANSWER",
    `the API server sent a ${kind} that cannot be used: ${why}; check that the address is a Kubernetes API server`,
    { kind },
  );
}
