import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { badRequest } from "./statusError.ts";

type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
};

/** Who owns which fields, in the server's FieldsV1 form. */
export type ManagedFieldsEntry = {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly time: string;
  readonly fieldsType: "FieldsV1";
  readonly fieldsV1: JsonObject;
  readonly subresource?: string;
};

type Metadata = {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
};

/** An object as it is stored. Never changed in place. */
export type ApiObject = JsonObject & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
};

const TEXTS = ["name", "namespace", "uid", "resourceVersion", "generateName"];
const MAPS = ["labels", "annotations"];

/** What a client sent, known to have metadata of the right shape; nothing is filled in yet. */
export type Draft = JsonObject & { readonly metadata: JsonObject };

/** Checks what a client sent. @throws StatusError 400 */
export function decodeDraft(body: Json | undefined): Draft {
  if (!isJsonObject(body)) throw badRequest("the body is no JSON object");
  const metadata = body["metadata"] ?? {};
  if (!isJsonObject(metadata)) throw badRequest("metadata is no object");
  for (const key of TEXTS) {
    const value = metadata[key];
    if (value !== undefined && typeof value !== "string") throw badRequest(`metadata.${key} is no string`);
  }
  for (const key of MAPS) checkMap(metadata[key], key);
  checkList(metadata["finalizers"], "finalizers", (item) => typeof item === "string");
  checkList(
    metadata["ownerReferences"],
    "ownerReferences",
    (item) =>
      isJsonObject(item) &&
      ["apiVersion", "kind", "name", "uid"].every((key) => typeof item[key] === "string"),
  );
  return { ...body, metadata };
}

/** A draft whose metadata has all that a stored object needs. */
export function asStored(draft: JsonObject & { readonly metadata: JsonObject }): ApiObject {
  // The checks of decodeDraft and the fields that the verbs set make it one.
  return draft as ApiObject;
}

function checkMap(value: Json | undefined, key: string): void {
  if (value === undefined || value === null) return;
  if (!isJsonObject(value) || Object.values(value).some((item) => typeof item !== "string"))
    throw badRequest(`metadata.${key} must map strings to strings`);
}

function checkList(value: Json | undefined, key: string, fits: (item: Json) => boolean): void {
  if (value === undefined || value === null) return;
  if (!Array.isArray(value) || !value.every(fits)) throw badRequest(`metadata.${key} is malformed`);
}
