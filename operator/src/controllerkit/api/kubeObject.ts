/** Who owns an object; the one with `controller: true` answers for it. */
export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
};

/** Metadata as the API server answers it: raw JSON, times are RFC 3339 strings. */
export type ObjectMeta = {
  readonly name: string;
  /** Absent on cluster-scoped kinds. */
  readonly namespace?: string;
  /** New for each object, also when a name is used again. */
  readonly uid: string;
  /** Opaque: compare for equality only. */
  readonly resourceVersion: string;
  /** Counts changes of `spec` on kinds with a status subresource. */
  readonly generation?: number;
  readonly creationTimestamp?: string;
  /** Set once deletion was asked for; the object stays until its finalizers are gone. */
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
};

/** Any object that was read from the API server. */
export type KubeObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
};

/** What is sent to create or apply an object: raw JSON, so that no field of a newer server is lost. */
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly OwnerReference[];
  };
  readonly [field: string]: unknown;
};

/** Where an object is. `namespace` is absent on cluster-scoped kinds. */
export type ObjectRef = { readonly namespace?: string; readonly name: string };

/** `namespace/name`, or `name` alone on cluster-scoped kinds: the key of stores and queues. */
export function objectKey({ namespace, name }: ObjectRef): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The inverse of `objectKey`. */
export function parseObjectKey(key: string): ObjectRef {
  const slash = key.indexOf("/");
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
