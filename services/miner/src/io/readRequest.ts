import { MAX_CONTEXT_BYTES, MAX_CONTEXTS_PER_CALL, NETWORK_DIM } from "@ganglion/params";
import { checkForwardRequest, decodeFloat16, type synapse } from "@ganglion/wire";
import { refusal } from "../errors.ts";
import type { GenerateOptions, ModelContext } from "../plugin.ts";

const CONTEXT_ID_BYTES = 32;
const MAX_GENERATED_BYTES = 1_024;
const MAX_TEMPERATURE = 2;

/**
 * The contexts of a Forward request, LAST made explicit.
 * @throws GanglionError WIRE_BAD_REQUEST
 */
export function readForward(request: synapse.ForwardRequest): readonly ModelContext[] {
  checkForwardRequest(request);
  return request.contexts.map(({ text, positions }) => ({
    text,
    positions: positions.length === 0 ? [text.length - 1] : positions,
  }));
}

/**
 * The number of gradients in a Feedback request.
 * @throws GanglionError MINER_BAD_REQUEST | WIRE_TENSOR_SHAPE | WIRE_TENSOR_NOT_FINITE | WIRE_TENSOR_TOO_LARGE
 */
export function readFeedback({ contextIds, gradients }: synapse.FeedbackRequest): number {
  const rows = contextIds.length;
  if (rows === 0 || rows > MAX_CONTEXTS_PER_CALL)
    throw bad(`a call takes 1 to ${MAX_CONTEXTS_PER_CALL} gradients, not ${rows}`);
  if (contextIds.some((id) => id.length !== CONTEXT_ID_BYTES))
    throw bad(`a context's id has ${CONTEXT_ID_BYTES} bytes`);
  decodeFloat16(gradients, { rows, dim: NETWORK_DIM });
  return rows;
}

/**
 * What a Generate request asks.
 * @throws GanglionError MINER_BAD_REQUEST
 */
export function readGenerate({
  prompt,
  maxBytes,
  temperature,
  seed,
}: synapse.GenerateRequest): GenerateOptions {
  if (prompt.length === 0 || prompt.length > MAX_CONTEXT_BYTES)
    throw bad(`a prompt has 1 to ${MAX_CONTEXT_BYTES} bytes, not ${prompt.length}`);
  if (maxBytes < 1 || maxBytes > MAX_GENERATED_BYTES)
    throw bad(`max_bytes is 1 to ${MAX_GENERATED_BYTES}, not ${maxBytes}`);
  if (!(temperature >= 0 && temperature <= MAX_TEMPERATURE))
    throw bad(`temperature is 0 to ${MAX_TEMPERATURE}, not ${temperature}`);
  return { maxBytes, temperature, seed };
}

function bad(reason: string): Error {
  return refusal("MINER_BAD_REQUEST", { reason });
}
