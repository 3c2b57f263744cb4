import type { MinerKey } from "@ganglion/mixture";
import {
  createGrpcServer,
  type GrpcServer,
  Refusal,
  type ServerCall,
  type ServiceHandlers,
} from "@ganglion/runtime/grpc";
import type { Clock, Logger } from "@ganglion/types";
import { validator } from "@ganglion/wire";
import type { CompletionPiece, CompletionRequest } from "../market/completeText.ts";
import type { RosterMiner } from "../ports.ts";

const MAX_PROMPT_BYTES = 64 * 1024;
const MAX_TEMPERATURE = 2;

export type ValidatorServiceOptions = {
  readonly host: string;
  readonly port: number;
  readonly maxCompletionBytes: number;
};

export type ValidatorServiceModules = {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly report: () => validator.Report;
  readonly roster: () => readonly RosterMiner[];
  readonly complete: (request: CompletionRequest, signal: AbortSignal) => AsyncIterable<CompletionPiece>;
};

/** The report and completion API of the owner's own tools: plaintext, so it belongs on a loopback address. */
export function createValidatorService(
  options: ValidatorServiceOptions,
  modules: ValidatorServiceModules,
): GrpcServer {
  const server = createGrpcServer(
    { host: options.host, port: options.port },
    { logger: modules.logger, clock: modules.clock },
  );
  const handlers: ServiceHandlers<typeof validator.ValidatorServiceService, ServerCall> = {
    getReport: () => Promise.resolve({ report: modules.report() }),
    complete: (request, call) => complete(request, call, options, modules),
  };
  server.addService(validator.ValidatorServiceService, handlers);
  return server;
}

async function* complete(
  request: validator.CompleteRequest,
  call: ServerCall,
  { maxCompletionBytes }: ValidatorServiceOptions,
  modules: ValidatorServiceModules,
): AsyncIterable<validator.CompleteResponse> {
  const { prompt, maxBytes, temperature } = request;
  if (prompt.length === 0 || prompt.length > MAX_PROMPT_BYTES)
    throw new Refusal("CALL_BAD_REQUEST", `a prompt has 1 to ${MAX_PROMPT_BYTES} bytes`);
  if (maxBytes < 1 || maxBytes > maxCompletionBytes)
    throw new Refusal("CALL_BAD_REQUEST", `max_bytes is 1 to ${maxCompletionBytes}`);
  if (!(temperature >= 0 && temperature <= MAX_TEMPERATURE))
    throw new Refusal("CALL_BAD_REQUEST", `temperature is 0 to ${MAX_TEMPERATURE}`);
  const seed = Number(BigInt.asUintN(32, request.seed));
  for await (const { text, shares } of modules.complete({ prompt, maxBytes, temperature, seed }, call.signal))
    yield { text, miners: minerShares(shares, modules.roster()) };
}

function minerShares(
  shares: ReadonlyMap<MinerKey, number>,
  roster: readonly RosterMiner[],
): validator.MinerShare[] {
  return roster.flatMap(({ key, uid, hotkey }) => {
    const share = shares.get(key);
    return share === undefined ? [] : [{ uid, hotkey, share }];
  });
}
