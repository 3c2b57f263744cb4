import type { JsonObject } from "./json.ts";

/** Names a resource in error messages: `pods` or `widgets.example.dev`. */
export type ResourceName = { readonly group: string; readonly plural: string };

type StatusCause = {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
};

export type StatusDetails = {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
};

/** The body of every failed answer, in the server's own shape. */
export type Status = JsonObject & {
  readonly kind: "Status";
  readonly status: "Failure";
  readonly message: string;
  readonly reason: string;
  readonly code: number;
};

/** A refusal; the HTTP shell writes `status` as the answer. */
export class StatusError extends Error {
  readonly status: Status;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.name = "StatusError";
    this.status = statusOf(code, reason, message, details);
  }
}

export function statusOf(code: number, reason: string, message: string, details?: StatusDetails): Status {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...(details !== undefined && { details }),
    code,
  };
}

export const badRequest = (message: string): StatusError => new StatusError(400, "BadRequest", message);

export function notFound(resource: ResourceName, name: string): StatusError {
  return new StatusError(
    404,
    "NotFound",
    `${qualified(resource)} "${name}" not found`,
    about(resource, name),
  );
}

/** The path names no known resource. */
export const pathNotFound = (): StatusError =>
  new StatusError(404, "NotFound", "the server could not find the requested resource", {});

export function alreadyExists(resource: ResourceName, name: string): StatusError {
  const message = `${qualified(resource)} "${name}" already exists`;
  return new StatusError(409, "AlreadyExists", message, about(resource, name));
}

export function conflict(resource: ResourceName, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
  return new StatusError(409, "Conflict", message, about(resource, name));
}

export function invalid(
  resource: ResourceName & { readonly kind: string },
  name: string,
  why: string,
): StatusError {
  const kind = resource.group === "" ? resource.kind : `${resource.kind}.${resource.group}`;
  const details = { ...about(resource, name), kind: resource.kind };
  return new StatusError(422, "Invalid", `${kind} "${name}" is invalid: ${why}`, details);
}

export const expired = (message: string): StatusError => new StatusError(410, "Expired", message);

/** What a list answers that asks for a version still to come; a watch waits for it without a word. */
export function tooLargeVersion(asked: number, current: number): StatusError {
  return new StatusError(504, "Timeout", `Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

export function methodNotAllowed(): StatusError {
  const message = "the server does not allow this method on the requested resource";
  return new StatusError(405, "MethodNotAllowed", message, {});
}

export function unsupportedMediaType(accepted: string): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
  return new StatusError(415, "UnsupportedMediaType", message, {});
}

/** A refusal that a fault rule asks for: 429, 500, 503, ... */
export function injected(code: number, retryAfterSeconds: number | undefined): StatusError {
  const [reason, message] = REASONS.get(code) ?? ["InternalError", "Internal error occurred: injected"];
  return new StatusError(code, reason, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}

const REASONS: ReadonlyMap<number, readonly [string, string]> = new Map([
  [401, ["Unauthorized", "Unauthorized"]],
  [403, ["Forbidden", "forbidden: injected"]],
  [429, ["TooManyRequests", "the server has received too many requests and has asked us to try again later"]],
  [503, ["ServiceUnavailable", "the server is currently unable to handle the request"]],
  [504, ["Timeout", "the server was unable to return a response in the time allotted"]],
]);

function qualified({ group, plural }: ResourceName): string {
  return group === "" ? plural : `${plural}.${group}`;
}

function about({ group, plural }: ResourceName, name: string): StatusDetails {
  return { name, ...(group !== "" && { group }), kind: plural };
}
