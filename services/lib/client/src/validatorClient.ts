import { GanglionError } from "@ganglion/types";
import { validator } from "@ganglion/wire";
import { credentials, Metadata } from "@grpc/grpc-js";

const MAX_REPLY_BYTES = 16 * 1024 * 1024;
const REPORT_DEADLINE_MS = 5_000;
const COMPLETE_DEADLINE_MS = 300_000;

/** A validator's own API, for its owner's tools. */
export type ValidatorClient = {
  /** @throws GanglionError CLIENT_UNAVAILABLE */
  readonly report: () => Promise<validator.Report>;
  /**
   * The market's continuation, piece by piece.
   * @throws GanglionError CLIENT_UNAVAILABLE
   */
  readonly complete: (request: validator.CompleteRequest) => AsyncIterable<validator.CompleteResponse>;
  readonly close: () => void;
};

/** @param endpoint `host:port`, in the owner's own machine or cluster: the connection is not encrypted */
export function createValidatorClient(endpoint: string): ValidatorClient {
  const api = new validator.ValidatorServiceClient(endpoint, credentials.createInsecure(), {
    "grpc.max_receive_message_length": MAX_REPLY_BYTES,
  });
  return {
    report: () => fetchReport(api, endpoint),
    complete: (request) => streamCompletion(api, endpoint, request),
    close: () => api.close(),
  };
}

function fetchReport(api: validator.ValidatorServiceClient, endpoint: string): Promise<validator.Report> {
  const deadline = { deadline: Date.now() + REPORT_DEADLINE_MS };
  return new Promise((resolve, reject) => {
    api.getReport({}, new Metadata(), deadline, (error, response) => {
      if (error || response.report === undefined) reject(unavailable(endpoint, error));
      else resolve(response.report);
    });
  });
}

async function* streamCompletion(
  api: validator.ValidatorServiceClient,
  endpoint: string,
  request: validator.CompleteRequest,
): AsyncIterable<validator.CompleteResponse> {
  const stream = api.complete(request, { deadline: Date.now() + COMPLETE_DEADLINE_MS });
  try {
    yield* stream as AsyncIterable<validator.CompleteResponse>;
  } catch (cause) {
    throw unavailable(endpoint, cause);
  } finally {
    stream.cancel();
  }
}

function unavailable(endpoint: string, cause: unknown): GanglionError {
  const reason = cause instanceof Error ? cause.message : "an empty answer";
  return new GanglionError(
    "CLIENT_UNAVAILABLE",
    `the validator at ${endpoint} did not answer: ${reason}`,
    { endpoint },
    { cause },
  );
}
