import { createPlainClient, type GrpcClient } from "@ganglion/runtime/grpc";
import { errorMessage, GanglionError } from "@ganglion/types";
import { validator } from "@ganglion/wire";
import { isTransient } from "./rpcErrors.ts";

const MAX_REPLY_BYTES = 16 * 1024 * 1024;
const REPORT_DEADLINE_MS = 5_000;
const COMPLETE_DEADLINE_MS = 300_000;

/** A validator's own API, for its owner's tools. */
export type ValidatorClient = {
  /** @throws GanglionError CLIENT_UNAVAILABLE when it does not answer, or the validator's own code */
  readonly report: () => Promise<validator.Report>;
  /**
   * The market's continuation, piece by piece.
   * @throws GanglionError CLIENT_UNAVAILABLE when it does not answer, or the validator's own code
   */
  readonly complete: (request: validator.CompleteRequest) => AsyncIterable<validator.CompleteResponse>;
  readonly close: () => void;
};

type ValidatorCalls = GrpcClient<typeof validator.ValidatorServiceService>["call"];

/** @param endpoint `host:port`, in the owner's own machine or cluster: the connection is not encrypted */
export function createValidatorClient(endpoint: string): ValidatorClient {
  const { call, close } = createPlainClient(validator.ValidatorServiceService, {
    target: endpoint,
    maxMessageBytes: MAX_REPLY_BYTES,
  });
  return {
    report: () => fetchReport(call, endpoint),
    complete: (request) => streamCompletion(call, endpoint, request),
    close,
  };
}

async function fetchReport(call: ValidatorCalls, endpoint: string): Promise<validator.Report> {
  const answer = call.getReport({}, { timeoutMs: REPORT_DEADLINE_MS });
  const { report } = await answer.catch((error: unknown) => {
    throw named(endpoint, error);
  });
  if (report === undefined)
    throw new GanglionError(
      "CLIENT_BAD_ANSWER",
      `${endpoint} answered without a report: use matching versions`,
    );
  return report;
}

async function* streamCompletion(
  call: ValidatorCalls,
  endpoint: string,
  request: validator.CompleteRequest,
): AsyncIterable<validator.CompleteResponse> {
  try {
    yield* call.complete(request, { timeoutMs: COMPLETE_DEADLINE_MS });
  } catch (error) {
    throw named(endpoint, error);
  }
}

/** What the validator refused keeps its code. */
function named(endpoint: string, cause: unknown): unknown {
  if (!isTransient(cause)) return cause;
  return new GanglionError(
    "CLIENT_UNAVAILABLE",
    `the validator at ${endpoint} did not answer: ${errorMessage(cause)}`,
    { endpoint },
    { cause },
  );
}
