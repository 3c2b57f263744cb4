import type { ApiObject } from "./apiObject.ts";
import { discovery } from "./discovery.ts";
import { type ApiRequest, answer, type Handler, type Reply } from "./exchange.ts";
import { isJsonObject, type Json, type JsonObject, objectAt, textAt } from "./json.ts";
import { isInScope, listPage, scopeOf } from "./listing.ts";
import { objectJson } from "./objectJson.ts";
import type { ObjectStore } from "./objectStore.ts";
import type { DeleteOptions, ObjectVerbs, Target } from "./objectVerbs.ts";
import { jsonPatch, mergePatch } from "./patches.ts";
import type { Registry } from "./registry.ts";
import { type RequestInfo, requestInfo } from "./requestInfo.ts";
import type { ResourceType } from "./resourceType.ts";
import { draftOfScale, scaleOf } from "./scale.ts";
import {
  badRequest,
  methodNotAllowed,
  pathNotFound,
  StatusError,
  statusOf,
  unsupportedMediaType,
} from "./statusError.ts";
import { streamChanges, type WatchTimes } from "./watching.ts";

export type ApiParts = {
  readonly store: ObjectStore;
  readonly verbs: ObjectVerbs;
  readonly registry: Registry;
  readonly times: WatchTimes;
};

const APPLY = "application/apply-patch+yaml";
const MERGE = "application/merge-patch+json";
const JSON_PATCH = "application/json-patch+json";

/** A whole answer; undefined when it is a stream that has begun. */
type Answer = { readonly code: number; readonly body: string } | undefined;

/** The API over exchanges: paths and media types in, objects and Status bodies out. */
export function apiHandler(parts: ApiParts): Handler {
  return (request, reply) => {
    try {
      const given = route(parts, request, reply);
      if (given !== undefined) answer(reply, given.code, given.body);
    } catch (error) {
      const status =
        error instanceof StatusError
          ? error.status
          : statusOf(500, "InternalError", `Internal error occurred: ${String(error)}`);
      const { retryAfterSeconds } = objectAt(status, "details");
      const headers =
        typeof retryAfterSeconds === "number" ? { "retry-after": String(retryAfterSeconds) } : {};
      answer(reply, status.code, JSON.stringify(status), headers);
    }
    return Promise.resolve();
  };
}

function route(parts: ApiParts, request: ApiRequest, reply: Reply): Answer {
  const info = requestInfo(request.method, request.path, request.query);
  if (info === undefined) return whole(200, discovery(parts.registry, request.path));
  const type = parts.registry.find(info.group, info.version, info.plural);
  if (type === undefined || (info.namespace !== undefined && !type.namespaced)) throw pathNotFound();
  if (info.name === undefined) return collection(parts, type, info, request, reply);
  return single(parts, { ...info, name: info.name, type, namespace: info.namespace }, info, request, reply);
}

function collection(
  parts: ApiParts,
  type: ResourceType,
  info: RequestInfo,
  request: ApiRequest,
  reply: Reply,
): Answer {
  const { store, verbs, times } = parts;
  const scope = scopeOf(type, info.namespace, request.query);
  switch (info.verb) {
    case "list":
      return whole(200, listPage(store, scope, request.query));
    case "watch":
      streamChanges(store, scope, request, reply, times);
      return undefined;
    case "create": {
      const created = verbs.create(type, info.namespace, bodyOf(request), managerOf(request));
      return whole(201, objectJson(created));
    }
    case "deletecollection": {
      const options = deleteOptions(request);
      for (const object of store.all(type))
        if (isInScope(scope, object))
          verbs.remove({ type, ...object.metadata, namespace: object.metadata.namespace }, options);
      return whole(200, listPage(store, scope, request.query));
    }
    case "get":
    case "update":
    case "patch":
    case "delete":
      throw methodNotAllowed();
  }
}

function single(
  parts: ApiParts,
  target: Target,
  info: RequestInfo,
  request: ApiRequest,
  reply: Reply,
): Answer {
  const { type, subresource } = target;
  const { verbs } = parts;
  if (info.verb === "watch") {
    request.query.set("fieldSelector", `metadata.name=${target.name}`);
    return collection(parts, type, info, request, reply);
  }
  if (subresource === "scale" && type.scale !== undefined) return scale(parts, target, info, request);
  if (subresource !== undefined && !(subresource === "status" && type.status)) throw pathNotFound();
  switch (info.verb) {
    case "get":
      return whole(200, objectJson(verbs.get(target)));
    case "update":
      return whole(200, objectJson(verbs.update(target, bodyOf(request), managerOf(request))));
    case "patch":
      return patch(parts, target, request);
    case "delete": {
      const { object, gone } = verbs.remove(target, deleteOptions(request));
      return whole(
        200,
        gone && type.kind !== "Pod" ? JSON.stringify(deleted(type, object)) : objectJson(object),
      );
    }
    case "list":
    case "create":
    case "deletecollection":
      throw methodNotAllowed();
  }
}

function patch({ store, verbs }: ApiParts, target: Target, request: ApiRequest): Answer {
  const { type, namespace, name } = target;
  if (mediaType(request) === APPLY) {
    const manager = request.query.get("fieldManager");
    if (manager === null)
      throw badRequest("PatchOptions.meta.k8s.io is invalid: fieldManager: Required value");
    const isNew = store.get(type, namespace, name) === undefined;
    const applied = verbs.apply(target, bodyOf(request), manager, request.query.get("force") === "true");
    return whole(isNew ? 201 : 200, objectJson(applied));
  }
  const patched = patchedBy(request, verbs.get(target));
  return whole(200, objectJson(verbs.update(target, patched, managerOf(request))));
}

function scale({ verbs }: ApiParts, target: Target, info: RequestInfo, request: ApiRequest): Answer {
  const { type } = target;
  if (type.scale === undefined) throw pathNotFound();
  const live = verbs.get(target);
  const current = scaleOf(type.scale, live);
  if (info.verb === "get") return whole(200, JSON.stringify(current));
  if (info.verb !== "update" && info.verb !== "patch") throw methodNotAllowed();
  const wanted = info.verb === "update" ? bodyOf(request) : patchedBy(request, current);
  if (!isJsonObject(wanted)) throw badRequest("the body is no Scale");
  const draft = draftOfScale(type, type.scale, live, wanted);
  const stored = verbs.update({ ...target, subresource: undefined }, draft, managerOf(request));
  return whole(200, JSON.stringify(scaleOf(type.scale, stored)));
}

function patchedBy(request: ApiRequest, current: Json): Json {
  switch (mediaType(request)) {
    case MERGE:
      return mergePatch(current, bodyOf(request) ?? null);
    case JSON_PATCH:
      return jsonPatch(current, bodyOf(request) ?? null);
    default:
      throw unsupportedMediaType([JSON_PATCH, MERGE, APPLY].join(", "));
  }
}

function bodyOf(request: ApiRequest): Json | undefined {
  if (request.body === "") return undefined;
  try {
    // Whatever JSON.parse gives is Json; its shape is checked where it is used.
    return JSON.parse(request.body) as Json;
  } catch (cause) {
    throw badRequest(`the body is no JSON: ${String(cause)}`);
  }
}

function mediaType(request: ApiRequest): string {
  return (request.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
}

function managerOf(request: ApiRequest): string {
  const agent = (request.headers["user-agent"] ?? "").split("/")[0] ?? "";
  return request.query.get("fieldManager") ?? (agent === "" ? "unknown" : agent);
}

function deleteOptions(request: ApiRequest): DeleteOptions {
  const body = bodyOf(request);
  const preconditions = objectAt(body, "preconditions");
  const inQuery = request.query.get("gracePeriodSeconds");
  const grace = isJsonObject(body) ? body["gracePeriodSeconds"] : undefined;
  return {
    uid: textAt(preconditions, "uid"),
    resourceVersion: textAt(preconditions, "resourceVersion"),
    gracePeriodSeconds: typeof grace === "number" ? grace : inQuery === null ? undefined : Number(inQuery),
    propagation: textAt(body, "propagationPolicy") ?? request.query.get("propagationPolicy") ?? undefined,
  };
}

function deleted({ group, plural }: ResourceType, { metadata }: ApiObject): JsonObject {
  const details = { name: metadata.name, ...(group !== "" && { group }), kind: plural, uid: metadata.uid };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}

function whole(code: number, body: string): Answer {
  return { code, body };
}
