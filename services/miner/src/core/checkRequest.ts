import {
  MAX_CONTEXT_BYTES,
  MAX_CONTEXTS_PER_CALL,
  MAX_POSITIONS_PER_CONTEXT,
  NETWORK_DIM,
} from "@ganglion/params";
import type { synapse } from "@ganglion/wire";
import type { ModelContext } from "../plugin.ts";

const CONTEXT_ID_BYTES = 32;
const FLOAT16_BYTES = 2;
const MAX_GENERATED_BYTES = 1_024;
const MAX_TEMPERATURE = 2;

export type Checked<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "bad"; readonly reason: string };

/** The contexts of a Forward request, LAST made explicit, or what is wrong with them. */
export function checkForward(request: synapse.ForwardRequest): Checked<readonly ModelContext[]> {
  const { contexts } = request;
  if (contexts.length === 0 || contexts.length > MAX_CONTEXTS_PER_CALL)
    return bad(`1 to ${MAX_CONTEXTS_PER_CALL} contexts, not ${contexts.length}`);
  for (const [index, context] of contexts.entries()) {
    const reason = faultOf(context);
    if (reason !== undefined) return bad(`context ${index}: ${reason}`);
  }
  const value = contexts.map(({ text, positions }) => ({
    text,
    positions: positions.length === 0 ? [text.length - 1] : positions,
  }));
  return { kind: "ok", value };
}

/** The number of gradients in a Feedback request, or what is wrong with it. */
export function checkFeedback(request: synapse.FeedbackRequest): Checked<number> {
  const count = request.contextIds.length;
  if (count === 0 || count > MAX_CONTEXTS_PER_CALL)
    return bad(`1 to ${MAX_CONTEXTS_PER_CALL} gradients, not ${count}`);
  if (request.contextIds.some((id) => id.length !== CONTEXT_ID_BYTES))
    return bad(`context ids have ${CONTEXT_ID_BYTES} bytes`);
  const wanted = count * NETWORK_DIM * FLOAT16_BYTES;
  if (request.gradients.length !== wanted)
    return bad(`${wanted} bytes of gradients, not ${request.gradients.length}`);
  if (!isFiniteFloat16(request.gradients)) return bad("gradients are not finite");
  return { kind: "ok", value: count };
}

/** A Generate request within the limits, or what is wrong with it. */
export function checkGenerate(request: synapse.GenerateRequest): Checked<synapse.GenerateRequest> {
  const { prompt, maxBytes, temperature } = request;
  if (prompt.length === 0 || prompt.length > MAX_CONTEXT_BYTES)
    return bad(`a prompt has 1 to ${MAX_CONTEXT_BYTES} bytes, not ${prompt.length}`);
  if (maxBytes < 1 || maxBytes > MAX_GENERATED_BYTES)
    return bad(`max_bytes is 1 to ${MAX_GENERATED_BYTES}, not ${maxBytes}`);
  if (!(temperature >= 0 && temperature <= MAX_TEMPERATURE))
    return bad(`temperature is 0 to ${MAX_TEMPERATURE}, not ${temperature}`);
  return { kind: "ok", value: request };
}

function faultOf({ text, positions }: synapse.Context): string | undefined {
  if (text.length === 0 || text.length > MAX_CONTEXT_BYTES)
    return `text of 1 to ${MAX_CONTEXT_BYTES} bytes, not ${text.length}`;
  if (positions.length > MAX_POSITIONS_PER_CONTEXT)
    return `at most ${MAX_POSITIONS_PER_CONTEXT} positions, not ${positions.length}`;
  let before = -1;
  for (const position of positions) {
    if (position <= before) return "positions must ascend";
    if (position >= text.length) return `position ${position} is beyond the text`;
    before = position;
  }
  return undefined;
}

/** An exponent of all ones is an infinity or no number. */
function isFiniteFloat16(bytes: Uint8Array): boolean {
  for (let high = 1; high < bytes.length; high += FLOAT16_BYTES)
    if (((bytes[high] ?? 0) & 0x7c) === 0x7c) return false;
  return true;
}

function bad(reason: string): { readonly kind: "bad"; readonly reason: string } {
  return { kind: "bad", reason };
}
