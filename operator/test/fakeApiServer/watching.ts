import type { ApiObject } from "./apiObject.ts";
import type { ApiRequest, Reply } from "./exchange.ts";
import { isInScope, type Scope } from "./listing.ts";
import { objectJson } from "./objectJson.ts";
import type { Change, ChangeKind, ObjectStore } from "./objectStore.ts";
import { apiVersionOf } from "./resourceType.ts";
import { badRequest, invalid, StatusError } from "./statusError.ts";

const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

export type WatchTimes = {
  /** A bookmark this often to those who asked for them. */
  readonly bookmarkMs: number;
  /** A second of `timeoutSeconds` lasts this long; 1000 but in tests that want time to fly. */
  readonly secondMs: number;
};

/** Streams changes as JSON lines until the client goes or its timeout passes. @throws StatusError 400, 422 */
export function streamChanges(
  store: ObjectStore,
  scope: Scope,
  request: ApiRequest,
  reply: Reply,
  times: WatchTimes,
): void {
  const { query, signal } = request;
  const sendInitial = query.get("sendInitialEvents") === "true";
  const wantsBookmarks = query.get("allowWatchBookmarks") === "true";
  if (sendInitial && query.get("resourceVersionMatch") !== "NotOlderThan")
    throw invalid(
      { ...scope.type, kind: "ListOptions" },
      "",
      "resourceVersionMatch: Required value: sendInitialEvents needs NotOlderThan",
    );
  const asked = query.get("resourceVersion") ?? "";
  if (!/^\d*$/.test(asked)) throw badRequest(`Invalid value: "${asked}": invalid resource version`);
  const write = (type: string, body: string): void => reply.write(`{"type":"${type}","object":${body}}\n`);
  const bookmark = (annotations?: Readonly<Record<string, string>>): void =>
    write("BOOKMARK", bookmarkJson(store, scope, annotations));
  const isFromNow = asked === "" || asked === "0";
  const startVersion = sendInitial || isFromNow ? store.version : Number(asked);
  // As the real server does: nothing to say unless something has happened since.
  const beatNow = (): void => {
    if (wantsBookmarks && store.version > startVersion) bookmark();
  };
  const send = (change: Change): void => {
    // A version still to come is no error: the watch is silent until changes have come past it.
    const event = change.version > startVersion ? eventFor(scope, change) : undefined;
    if (event !== undefined) write(event.kind, objectJson(event.object));
  };
  const missed = missedChanges(store, startVersion);
  reply.start(200, { "content-type": "application/json" });
  if (missed instanceof StatusError) {
    write("ERROR", JSON.stringify(missed.status));
    reply.end();
    return;
  }
  if (sendInitial || isFromNow)
    for (const object of store.all(scope.type))
      if (isInScope(scope, object)) write("ADDED", objectJson(object));
  for (const change of missed) send(change);
  if (sendInitial && wantsBookmarks) bookmark({ [INITIAL_EVENTS_END]: "true" });
  const unsubscribe = store.subscribe(send);
  const beat = setInterval(beatNow, times.bookmarkMs);
  const timeoutSeconds = Number(query.get("timeoutSeconds") ?? 1_800);
  const end = setTimeout(() => {
    beatNow();
    reply.end();
  }, timeoutSeconds * times.secondMs);
  signal.addEventListener("abort", () => {
    unsubscribe();
    clearInterval(beat);
    clearTimeout(end);
  });
}

function missedChanges(store: ObjectStore, version: number): readonly Change[] | StatusError {
  try {
    return store.changesSince(version);
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
}

/** What a change is to one who watches a part: an object can come into it and go out of it. */
function eventFor(
  scope: Scope,
  change: Change,
): { readonly kind: ChangeKind; readonly object: ApiObject } | undefined {
  const { group, plural } = scope.type;
  if (change.typeKey !== `${group}/${plural}`) return undefined;
  const { object, before, version } = change;
  const was = before !== undefined && isInScope(scope, before);
  const is = change.kind !== "DELETED" && isInScope(scope, object);
  if (is) return { kind: was ? "MODIFIED" : "ADDED", object };
  if (!was) return undefined;
  if (change.kind === "DELETED") return { kind: "DELETED", object };
  return {
    kind: "DELETED",
    object: { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } },
  };
}

function bookmarkJson(
  store: ObjectStore,
  { type }: Scope,
  annotations: Readonly<Record<string, string>> | undefined,
): string {
  const metadata = {
    resourceVersion: String(store.version),
    creationTimestamp: null,
    ...(annotations !== undefined && { annotations }),
  };
  return JSON.stringify({ kind: type.kind, apiVersion: apiVersionOf(type), metadata });
}
