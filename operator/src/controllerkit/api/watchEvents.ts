import { kubeError, toKubeError } from "./kubeError.ts";
import type { KubeObject } from "./kubeObject.ts";
import type { ResourceType } from "./resourceType.ts";

/** One line of a watch. ADDED and MODIFIED are the same: what counts is the state, not how it came. */
export type WatchEvent<T> =
  | { readonly kind: "upsert"; readonly object: T }
  | { readonly kind: "remove"; readonly object: T }
  | { readonly kind: "bookmark"; readonly resourceVersion: string };

/**
 * Decodes one line of a watch.
 * @throws GanglionError what the server says in an ERROR line (KUBE_GONE: list again), KUBE_BAD_ANSWER
 */
export function decodeWatchEvent<T extends KubeObject>(line: unknown, type: ResourceType<T>): WatchEvent<T> {
  const { type: kind, object } = asFields(line);
  switch (kind) {
    case "ADDED":
    case "MODIFIED":
      return { kind: "upsert", object: type.decode(object) };
    case "DELETED":
      return { kind: "remove", object: type.decode(object) };
    case "BOOKMARK":
      return decodeBookmark(object);
    case "ERROR":
      throw watchError(object, type);
    default:
      throw kubeError("KUBE_BAD_ANSWER", `a watch of ${type.plural} sent an event that is none`);
  }
}

function decodeBookmark<T>(object: unknown): WatchEvent<T> {
  const metadata = asFields(asFields(object)["metadata"]);
  const resourceVersion = metadata["resourceVersion"];
  if (typeof resourceVersion !== "string")
    throw kubeError("KUBE_BAD_ANSWER", "a bookmark has no resourceVersion");
  return { kind: "bookmark", resourceVersion };
}

function watchError<T extends KubeObject>(status: unknown, type: ResourceType<T>): Error {
  const code = asFields(status)["code"];
  return toKubeError({
    status: typeof code === "number" ? code : 500,
    method: "WATCH",
    path: type.plural,
    body: status,
  });
}

function asFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
