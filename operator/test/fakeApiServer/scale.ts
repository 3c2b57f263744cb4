import { type ApiObject, asStored, type Draft } from "./apiObject.ts";
import { type JsonObject, objectAt, textAt, valueAtDotted, withValueAtDotted } from "./json.ts";
import type { ResourceType, ScalePaths } from "./resourceType.ts";
import { invalid } from "./statusError.ts";

/** The `autoscaling/v1` Scale of an object. */
export function scaleOf(paths: ScalePaths, object: ApiObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = paths.labelSelector === undefined ? undefined : valueAtDotted(object, paths.labelSelector);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: valueAtDotted(object, paths.specReplicas) ?? 0 },
    status: { replicas: valueAtDotted(object, paths.statusReplicas) ?? 0, selector },
  };
}

/**
 * The draft of the object that a written Scale asks for, with the Scale's version and UID as preconditions.
 * @throws StatusError 422 for a number of replicas that is none
 */
export function draftOfScale(
  type: ResourceType,
  paths: ScalePaths,
  live: ApiObject,
  scale: JsonObject,
): Draft {
  const replicas = objectAt(scale, "spec")["replicas"] ?? 0;
  if (typeof replicas !== "number" || !Number.isSafeInteger(replicas) || replicas < 0)
    throw invalid(
      type,
      live.metadata.name,
      "spec.replicas: Invalid value: must be greater than or equal to 0",
    );
  const { uid, resourceVersion } = live.metadata;
  const given = objectAt(scale, "metadata");
  const draft = asStored({
    ...withValueAtDotted(live, paths.specReplicas, replicas),
    metadata: live.metadata,
  });
  return {
    ...draft,
    metadata: {
      ...live.metadata,
      uid: textAt(given, "uid") ?? uid,
      resourceVersion: textAt(given, "resourceVersion") ?? resourceVersion,
    },
  };
}
