import { isKubeError, kubeError } from "./kubeError.ts";
import type { KubeObject, Manifest, ObjectRef } from "./kubeObject.ts";
import { defineResource, type ResourcePath, type ResourceType, resourcePath } from "./resourceType.ts";
import type { JsonStream, KubeMethod, KubeRequest, Transport } from "./transport.ts";

/** Which objects: all of a kind, those of one namespace, those that selectors match. */
export type Selection = {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
};

/** One page of a list. */
export type ListPageQuery = Selection & {
  /** 500 unless told; 0 asks for all at once. */ readonly limit?: number;
  readonly continueToken?: string;
};

/** A page as the server gave it. */
export type ListPage<T> = {
  readonly items: readonly T[];
  /** Of the whole list, the same on each of its pages: watch from here. */
  readonly resourceVersion: string;
  /** Asks for the next page; absent on the last. */
  readonly continueToken?: string;
};

/** A watch from a version to its timeout. */
export type WatchQuery = Selection & {
  /** Changes after this version. */
  readonly resourceVersion: string;
  /** The server ends the watch after this long. */
  readonly timeoutSeconds: number;
};

/** Limits of one call. */
export type CallOptions = { readonly signal?: AbortSignal; readonly deadlineMs?: number };

/** An object as it was read. A write that takes it fails if the object has changed or was replaced since. */
export type Observed = Pick<KubeObject, "metadata">;

/** What goes with the object, and when; the server's defaults of the kind unless told. */
export type DeleteOptions = {
  readonly propagation?: "Foreground" | "Background" | "Orphan";
  readonly gracePeriodSeconds?: number;
};

/** The scale subresource of any kind that has one. */
export type Scale = KubeObject & {
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly replicas: number; readonly selector?: string };
};

/** How a client is connected, and as whom it writes. */
export type ResourceClientOptions = {
  readonly transport: Transport;
  /** Under which name fields are owned: one a controller. */
  readonly fieldManager: string;
};

/** Objects a page: a megabyte or so of pods, so that decoding never blocks for long. */
const LIST_PAGE = 500;
const PAGE_DEADLINE_MS = 20_000;
const WHOLE_LIST_DEADLINE_MS = 60_000;
const MERGE_PATCH = "application/merge-patch+json";
const APPLY_PATCH = "application/apply-patch+yaml";

const scaleType = defineResource<Scale>({
  group: "autoscaling",
  version: "v1",
  plural: "scales",
  kind: "Scale",
  namespaced: true,
});

/**
 * Reads and writes objects of one kind as raw JSON, so that fields that a newer server added survive.
 *
 * Every write is safe from a stale caller: `create` fails where the name is taken; `apply`, `patch`, `patchStatus`,
 * `patchScale` and `delete` take the object as it was read and carry its UID and resourceVersion, so that they
 * fail with KUBE_CONFLICT if anything changed since. There is no replace. Nothing is retried here but what
 * the transport says: the reconciler that called runs again.
 */
export class ResourceClient<T extends KubeObject> {
  readonly type: ResourceType<T>;
  readonly #transport: Transport;
  readonly #fieldManager: string;

  constructor(type: ResourceType<T>, { transport, fieldManager }: ResourceClientOptions) {
    this.type = type;
    this.#transport = transport;
    this.#fieldManager = fieldManager;
  }

  /** The newest state; undefined if there is no such object. */
  async get(ref: ObjectRef, call: CallOptions = {}): Promise<T | undefined> {
    return await orUndefined(this.#send("GET", ref, call).then(this.type.decode));
  }

  /** One page of the newest state. @throws GanglionError KUBE_GONE when the token is too old: start again. */
  async listPage(query: ListPageQuery, call: CallOptions = {}): Promise<ListPage<T>> {
    const { namespace, labelSelector, fieldSelector, limit = LIST_PAGE, continueToken } = query;
    const answer = await this.#transport.request({
      method: "GET",
      path: resourcePath(this.type, namespace === undefined ? {} : { namespace }),
      query: { labelSelector, fieldSelector, limit, continue: continueToken },
      deadlineMs: limit === 0 ? WHOLE_LIST_DEADLINE_MS : PAGE_DEADLINE_MS,
      ...call,
    });
    return decodePage(answer, this.type);
  }

  /** All pages. For a large kind use an informer. @throws GanglionError KUBE_GONE if it took too long */
  async list(
    selection: Selection = {},
    call: CallOptions = {},
  ): Promise<Pick<ListPage<T>, "items" | "resourceVersion">> {
    const items: T[] = [];
    let page = await this.listPage(selection, call);
    items.push(...page.items);
    while (page.continueToken !== undefined) {
      page = await this.listPage({ ...selection, continueToken: page.continueToken }, call);
      items.push(...page.items);
    }
    return { items, resourceVersion: page.resourceVersion };
  }

  /** Opens a watch with bookmarks; each line goes through `decodeWatchEvent`. The caller closes it. */
  watch(query: WatchQuery, call: CallOptions = {}): Promise<JsonStream> {
    const { namespace, labelSelector, fieldSelector, resourceVersion, timeoutSeconds } = query;
    return this.#transport.stream({
      method: "GET",
      path: resourcePath(this.type, namespace === undefined ? {} : { namespace }),
      query: {
        watch: true,
        allowWatchBookmarks: true,
        labelSelector,
        fieldSelector,
        resourceVersion,
        timeoutSeconds,
      },
      ...call,
    });
  }

  /** Creates by name. @throws GanglionError KUBE_ALREADY_EXISTS: someone was faster, read it */
  async create(manifest: Manifest, call: CallOptions = {}): Promise<T> {
    const { namespace } = manifest.metadata;
    const path = namespace === undefined ? {} : { namespace };
    return this.type.decode(await this.#send("POST", path, call, { body: manifest, ...this.#managed() }));
  }

  /**
   * Server-side apply by force onto the object that was read: fields in the manifest become ours, fields that we
   * applied before and no longer name go (what `create` wrote stays: take that away with `patch`). Idempotent. It
   * never creates: an object that is not there is created by name.
   * @throws GanglionError KUBE_CONFLICT when the object changed or is gone: reconcile again
   */
  async apply(observed: Observed, manifest: Manifest, call: CallOptions = {}): Promise<T> {
    const body = { ...manifest, metadata: { ...manifest.metadata, ...preconditions(observed) } };
    const query = { fieldManager: this.#fieldManager, force: true };
    const options = { body, contentType: APPLY_PATCH, query };
    return this.type.decode(await this.#send("PATCH", refOf(observed), call, options));
  }

  /** JSON merge patch: null removes a field, lists are replaced whole. */
  async patch(
    observed: Observed,
    patch: Readonly<Record<string, unknown>>,
    call: CallOptions = {},
  ): Promise<T> {
    return this.type.decode(await this.#merge(observed, patch, refOf(observed), call));
  }

  /** Merge patch of the status subresource; it can't touch anything else. */
  async patchStatus(observed: Observed, status: object, call: CallOptions = {}): Promise<T> {
    const path = { ...refOf(observed), subresource: "status" as const };
    return this.type.decode(await this.#merge(observed, { status }, path, call));
  }

  /** Undefined if there is no such object. */
  async getScale(ref: ObjectRef, call: CallOptions = {}): Promise<Scale | undefined> {
    return await orUndefined(
      this.#send("GET", { ...ref, subresource: "scale" }, call).then(scaleType.decode),
    );
  }

  /** Sets the wanted number through the scale subresource. @throws GanglionError KUBE_CONFLICT: reconcile again */
  async patchScale(observed: Observed, replicas: number, call: CallOptions = {}): Promise<Scale> {
    const path = { ...refOf(observed), subresource: "scale" as const };
    return scaleType.decode(await this.#merge(observed, { spec: { replicas } }, path, call));
  }

  /** False if it was gone already. The object stays, with a deletionTimestamp, while it has finalizers. */
  async delete(observed: Observed, options: DeleteOptions & CallOptions = {}): Promise<boolean> {
    const { propagation, gracePeriodSeconds, ...call } = options;
    const body = {
      kind: "DeleteOptions",
      apiVersion: "v1",
      preconditions: preconditions(observed),
      ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    };
    const sent = this.#send("DELETE", refOf(observed), call, { body }).then(() => true);
    return (await orUndefined(sent)) ?? false;
  }

  #merge(
    observed: Observed,
    patch: Readonly<Record<string, unknown>>,
    path: ResourcePath,
    call: CallOptions,
  ): Promise<unknown> {
    const metadata = { ...asFields(patch["metadata"]), ...preconditions(observed) };
    const body = { ...patch, metadata };
    return this.#send("PATCH", path, call, { body, contentType: MERGE_PATCH, ...this.#managed() });
  }

  #managed(): Pick<KubeRequest, "query"> {
    return { query: { fieldManager: this.#fieldManager } };
  }

  #send(
    method: KubeMethod,
    path: ResourcePath,
    call: CallOptions,
    rest: Pick<KubeRequest, "body" | "contentType" | "query"> = {},
  ): Promise<unknown> {
    return this.#transport.request({ method, path: resourcePath(this.type, path), ...rest, ...call });
  }
}

function preconditions({ metadata }: Observed): { readonly uid: string; readonly resourceVersion: string } {
  return { uid: metadata.uid, resourceVersion: metadata.resourceVersion };
}

function refOf({ metadata }: { readonly metadata: ObjectRef }): ObjectRef {
  const { name, namespace } = metadata;
  return namespace === undefined ? { name } : { namespace, name };
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isKubeError(error, "KUBE_NOT_FOUND")) return undefined;
    throw error;
  }
}

function decodePage<T extends KubeObject>(answer: unknown, type: ResourceType<T>): ListPage<T> {
  const { items, metadata } = asFields(answer);
  const { resourceVersion, continue: token } = asFields(metadata);
  if (!Array.isArray(items) || typeof resourceVersion !== "string")
    throw kubeError("KUBE_BAD_ANSWER", `the server sent no list of ${type.plural}`);
  return {
    items: items.map(type.decode),
    resourceVersion,
    ...(typeof token === "string" && token !== "" ? { continueToken: token } : {}),
  };
}

function asFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
