import { GanglionError } from "@ganglion/types";

/**
 * Every way a call to the API server fails. Retry: `no` (BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, INVALID,
 * TOO_LARGE, BAD_ANSWER, BAD_CONFIG), `after reading again` (CONFLICT, ALREADY_EXISTS, NOT_FOUND, GONE), `later`
 * (TOO_MANY_REQUESTS, UNAVAILABLE, SERVER_ERROR, TIMEOUT, UNREACHABLE: a write may have happened), `never`
 * (STOPPED, NOT_LEADER: this process must not act any more).
 */
export const KUBE_CODES = [
  "KUBE_BAD_REQUEST",
  "KUBE_UNAUTHORIZED",
  "KUBE_FORBIDDEN",
  "KUBE_NOT_FOUND",
  "KUBE_ALREADY_EXISTS",
  "KUBE_CONFLICT",
  "KUBE_GONE",
  "KUBE_TOO_LARGE",
  "KUBE_INVALID",
  "KUBE_TOO_MANY_REQUESTS",
  "KUBE_SERVER_ERROR",
  "KUBE_UNAVAILABLE",
  "KUBE_TIMEOUT",
  "KUBE_UNREACHABLE",
  "KUBE_BAD_ANSWER",
  "KUBE_BAD_CONFIG",
  "KUBE_STOPPED",
  "KUBE_NOT_LEADER",
] as const;

/** One of {@link KUBE_CODES}. */
export type KubeCode = (typeof KUBE_CODES)[number];

/** True if `error` is a failure of the kit with that code. */
export function isKubeError(error: unknown, ...codes: readonly KubeCode[]): error is GanglionError<KubeCode> {
  return error instanceof GanglionError && codes.some((code) => code === error.code);
}

/** What the server asked to wait before the next try, milliseconds; undefined if it said nothing. */
export function retryAfterMsOf(error: unknown): number | undefined {
  const asked = error instanceof GanglionError ? error.data["retryAfterMs"] : undefined;
  return typeof asked === "number" ? asked : undefined;
}

/** The reply that a failure is made of. */
export type FailedAnswer = {
  readonly status: number;
  readonly method: string;
  readonly path: string;
  /** Decoded body: a Kubernetes `Status` where the server made one. */
  readonly body: unknown;
  readonly retryAfterMs?: number;
};

/** Turns an HTTP answer of 400 and above, or the `Status` of a watch, into a coded error. */
export function toKubeError(answer: FailedAnswer): GanglionError<KubeCode> {
  const status = readStatus(answer.body);
  const code = codeOf(answer.status, status.reason);
  const retryAfterMs = answer.retryAfterMs ?? status.retryAfterMs;
  return new GanglionError(
    code,
    `${answer.method} ${answer.path}: ${status.message ?? `HTTP ${answer.status}`}; ${ADVICE[code]}`,
    {
      status: answer.status,
      method: answer.method,
      path: answer.path,
      ...(status.reason === undefined ? {} : { reason: status.reason }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}

/** A failure below HTTP, or one made by the kit itself. */
export function kubeError(
  code: KubeCode,
  message: string,
  data: Readonly<Record<string, string | number | boolean>> = {},
  cause?: unknown,
): GanglionError<KubeCode> {
  return new GanglionError(code, `${message}; ${ADVICE[code]}`, data, cause === undefined ? {} : { cause });
}

const ADVICE: Readonly<Record<KubeCode, string>> = {
  KUBE_BAD_REQUEST: "the request is malformed: a bug of the caller",
  KUBE_UNAUTHORIZED: "check the credentials in the kubeconfig or the service account token",
  KUBE_FORBIDDEN: "grant the verb to this account by a Role",
  KUBE_NOT_FOUND: "it may have been deleted: read again",
  KUBE_ALREADY_EXISTS: "another object has the name: read it first",
  KUBE_CONFLICT: "the object changed since it was read: reconcile again from a fresh read",
  KUBE_GONE: "the resourceVersion is there no more: list again",
  KUBE_TOO_LARGE: "the body is larger than the server takes",
  KUBE_INVALID: "the object breaks a rule of its schema",
  KUBE_TOO_MANY_REQUESTS: "the server asks to wait",
  KUBE_SERVER_ERROR: "look at the API server's log",
  KUBE_UNAVAILABLE: "the server is starting, stopping or overloaded: try later",
  KUBE_TIMEOUT: "no answer in time: it may have happened or not, read before trying again",
  KUBE_UNREACHABLE: "check the address, the network and that the API server runs",
  KUBE_BAD_ANSWER: "check that the address is a Kubernetes API server",
  KUBE_BAD_CONFIG: "correct the kubeconfig",
  KUBE_STOPPED: "the caller stopped it",
  KUBE_NOT_LEADER: "another replica leads: do nothing",
};

const BY_STATUS: Readonly<Record<number, KubeCode>> = {
  401: "KUBE_UNAUTHORIZED",
  403: "KUBE_FORBIDDEN",
  404: "KUBE_NOT_FOUND",
  408: "KUBE_TIMEOUT",
  409: "KUBE_CONFLICT",
  410: "KUBE_GONE",
  413: "KUBE_TOO_LARGE",
  422: "KUBE_INVALID",
  429: "KUBE_TOO_MANY_REQUESTS",
  503: "KUBE_UNAVAILABLE",
  504: "KUBE_TIMEOUT",
};

function codeOf(status: number, reason: string | undefined): KubeCode {
  if (status === 409 && reason === "AlreadyExists") return "KUBE_ALREADY_EXISTS";
  return BY_STATUS[status] ?? (status >= 500 ? "KUBE_SERVER_ERROR" : "KUBE_BAD_REQUEST");
}

type StatusFacts = {
  readonly message?: string;
  readonly reason?: string;
  readonly retryAfterMs?: number;
};

function readStatus(body: unknown): StatusFacts {
  const details = field(body, "details");
  const message = field(body, "message");
  const reason = field(body, "reason");
  const retryAfterSeconds = field(details, "retryAfterSeconds");
  return {
    ...(typeof message === "string" ? { message } : {}),
    ...(typeof reason === "string" ? { reason } : {}),
    ...(typeof retryAfterSeconds === "number" ? { retryAfterMs: retryAfterSeconds * 1_000 } : {}),
  };
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
