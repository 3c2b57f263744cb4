import { Refusal, type ServerCall } from "@ganglion/runtime/grpc";
import { InvariantError } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { ChainHandlers, RpcContext } from "./rpcContext.ts";

/** Events read from the store at once: a slow reader holds no more than this in memory. */
const EVENT_PAGE = 256;

type StreamCalls = Pick<ChainHandlers, "streamBlocks" | "streamEvents">;

/**
 * Past and then live; each item is read when the caller has taken the one before, and what the node has forgotten by then
 * is refused.
 */
export function createStreamCalls(context: RpcContext): StreamCalls {
  return {
    streamBlocks: ({ fromHeight }, call) => streamBlocks(context, fromHeight, call),
    streamEvents: (request, call) => streamEvents(context, request, call),
  };
}

async function* streamBlocks(
  context: RpcContext,
  fromHeight: number,
  { signal }: ServerCall,
): AsyncGenerator<chain.StreamBlocksResponse> {
  const { store } = context;
  const { bell } = context.application;
  let next = Math.max(1, fromHeight);
  while (!signal.aborted) {
    while (next <= bell.committedHeight && !signal.aborted) {
      assertKept(context, next);
      const block = store.block(next);
      if (block === undefined) throw new InvariantError(`block ${next} was committed but is not stored`);
      yield { block };
      next++;
    }
    await bell.wait(next - 1, signal);
  }
}

async function* streamEvents(
  context: RpcContext,
  { fromHeight, fromIndex }: chain.StreamEventsRequest,
  { signal }: ServerCall,
): AsyncGenerator<chain.StreamEventsResponse> {
  const { store } = context;
  const { bell } = context.application;
  let next = fromHeight < 1 ? { height: 1, index: 0 } : { height: fromHeight, index: fromIndex };
  while (!signal.aborted) {
    assertKept(context, next.height);
    const seenHeight = bell.committedHeight;
    const page = store.events(next, EVENT_PAGE);
    for (const event of page) {
      if (signal.aborted) return;
      yield { event };
      next = { height: event.height, index: event.index + 1 };
    }
    if (page.length === EVENT_PAGE) continue;
    // All blocks that there were are read, also those without events.
    if (next.height <= seenHeight) next = { height: seenHeight + 1, index: 0 };
    await bell.wait(seenHeight, signal);
  }
}

/** A gap must not look like silence: at the start, and when a slow reader is overtaken by what the node forgets. */
function assertKept({ application, store }: RpcContext, height: number): void {
  const first = store.firstHeight() ?? application.bell.committedHeight + 1;
  if (height < first)
    throw new Refusal("CALL_NOT_FOUND", `this node's blocks begin at ${first}: ask one that has older ones`);
}
