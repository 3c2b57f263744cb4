import { errorMessage, GanglionError } from "@ganglion/types";
import { ErrorCode, NatsError } from "nats";
import { outOfStep } from "../bus/busErrors.ts";

/** Codes of the JetStream API, from the server's errors.json. */
const WRONG_LAST_SEQUENCE = [10_071, 10_164];
const NO_ROOM = [10_002, 10_023, 10_028, 10_047, 10_077];
export const STREAM_NOT_FOUND = 10_059;
export const MESSAGE_NOT_FOUND = 10_037;
/** A stream or reader that went away is made again. */
const NOT_FOUND = 404;
const SERVER_FAULT = 500;

const REFUSALS: ReadonlySet<string> = new Set([
  ErrorCode.AuthorizationViolation,
  ErrorCode.AuthenticationExpired,
  ErrorCode.AccountExpired,
  ErrorCode.BadAuthentication,
  ErrorCode.BadCreds,
  ErrorCode.PermissionsViolation,
  ErrorCode.ServerOptionNotAvailable,
  ErrorCode.Tls,
]);

/** What went wrong at a NATS server, in the bus's codes. */
export function toBusError(error: unknown): GanglionError {
  const known: GanglionError | undefined = error instanceof GanglionError ? error : undefined;
  if (known !== undefined) return known;
  const code = apiCode(error);
  const options = { cause: error };
  const facts = { error: errorMessage(error) };
  if (WRONG_LAST_SEQUENCE.includes(code)) return outOfStep(error);
  if (NO_ROOM.includes(code))
    return new GanglionError(
      "BUS_FULL",
      `NATS has no room (${facts.error}): raise the stream's or the account's limits, or free disk`,
      facts,
      options,
    );
  if (isRefusal(error))
    return new GanglionError(
      "BUS_REFUSED",
      `NATS refuses this client (${facts.error}): check credentials, TLS files, permissions, that JetStream is on, and that no other stream has the subjects`,
      facts,
      options,
    );
  return new GanglionError(
    "BUS_UNREACHABLE",
    `no answer from NATS (${facts.error}): it is tried again; check the servers' addresses and their state`,
    facts,
    options,
  );
}

/** 0: not an answer of the JetStream API. */
export function apiCode(error: unknown): number {
  return error instanceof NatsError ? (error.api_error?.err_code ?? 0) : 0;
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof NatsError)) return error instanceof Error && isTlsFault(error);
  const { code, api_error: answer, permissionContext } = error;
  const isRefusedRequest = answer !== undefined && answer.code < SERVER_FAULT && answer.code !== NOT_FOUND;
  return REFUSALS.has(code) || permissionContext !== undefined || isRefusedRequest;
}

/** Node reports them by the names that OpenSSL has for them. */
function isTlsFault(error: Error): boolean {
  return "code" in error && /TLS|SSL|CERT|ISSUER/u.test(String(error.code));
}
