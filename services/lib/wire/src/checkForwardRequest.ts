import {
  MAX_CONTEXT_BYTES,
  MAX_CONTEXTS_PER_CALL,
  MAX_POSITIONS_PER_CONTEXT,
  MAX_ROWS_PER_CALL,
} from "@ganglion/params";
import { GanglionError } from "@ganglion/types";
import type { Context, ForwardRequest } from "./gen/ganglion/synapse/v1/synapse.ts";

/** How many rows of representations answer these contexts: one for each position, one for LAST. */
export function rowsOfContexts(contexts: readonly { readonly positions: readonly number[] }[]): number {
  return contexts.reduce((rows, context) => rows + Math.max(1, context.positions.length), 0);
}

/**
 * Checks what the proto cannot say: 1 to 128 contexts of 1 to 1,024 bytes, at most 64 positions each, ascending
 * and inside the text, and at most 4,000 rows in all.
 * @throws GanglionError WIRE_BAD_REQUEST
 */
export function checkForwardRequest(request: ForwardRequest): void {
  const { contexts } = request;
  if (contexts.length === 0 || contexts.length > MAX_CONTEXTS_PER_CALL)
    throw bad(`a call takes 1 to ${MAX_CONTEXTS_PER_CALL} contexts, not ${contexts.length}`, 0);
  contexts.forEach(checkContext);
  const rows = rowsOfContexts(contexts);
  if (rows > MAX_ROWS_PER_CALL)
    throw bad(
      `a call asks for at most ${MAX_ROWS_PER_CALL} rows, not ${rows}: one for each position, one for LAST`,
      contexts.length - 1,
    );
}

function checkContext(context: Context, index: number): void {
  const { text, positions } = context;
  if (text.length === 0 || text.length > MAX_CONTEXT_BYTES)
    throw bad(`a context has 1 to ${MAX_CONTEXT_BYTES} bytes, not ${text.length}`, index);
  if (positions.length > MAX_POSITIONS_PER_CONTEXT)
    throw bad(`a context takes at most ${MAX_POSITIONS_PER_CONTEXT} positions`, index);
  let previous = -1;
  for (const position of positions) {
    if (position <= previous || position >= text.length)
      throw bad("positions must ascend and lie inside the text", index);
    previous = position;
  }
}

function bad(why: string, context: number): GanglionError {
  return new GanglionError("WIRE_BAD_REQUEST", why, { context });
}
