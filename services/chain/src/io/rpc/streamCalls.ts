import { Refusal, type ServerCall } from "@ganglion/runtime/grpc";
import { InvariantError } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { ChainHandlers, RpcContext } from "./rpcContext.ts";

/** Events read from the store at once: a slow reader holds no more than this in memory. */
const EVENT_PAGE = 256;

type StreamCalls = Pick<ChainHandlers, "streamBlocks" | "streamEvents">;

/** Past and then live; each item is read when the caller has taken the one before. */
export function createStreamCalls(context: RpcContext): StreamCalls {
  return {
    streamBlocks: ({ fromHeight }, call) => streamBlocks(context, fromHeight, call),
    streamEvents: (request, call) => streamEvents(context, request, call),
  };
}

async function* streamBlocks(
  { application, store }: RpcContext,
  fromHeight: number,
  { signal }: ServerCall,
): AsyncGenerator<chain.StreamBlocksResponse> {
  const { bell } = application;
  let next = Math.max(1, fromHeight);
  const first = store.firstHeight() ?? bell.committedHeight + 1;
  if (next < first)
    throw new Refusal("CALL_NOT_FOUND", `this node's blocks begin at ${first}: ask one that has older ones`);
  while (!signal.aborted) {
    while (next <= bell.committedHeight && !signal.aborted) {
      const block = store.block(next);
      if (block === undefined) throw new InvariantError(`block ${next} was committed but is not stored`);
      yield { block };
      next++;
    }
    await bell.wait(next - 1, signal);
  }
}

async function* streamEvents(
  { application, store }: RpcContext,
  { fromHeight, fromIndex }: chain.StreamEventsRequest,
  { signal }: ServerCall,
): AsyncGenerator<chain.StreamEventsResponse> {
  const { bell } = application;
  let next = { height: fromHeight, index: fromIndex };
  while (!signal.aborted) {
    const seenHeight = bell.committedHeight;
    const page = store.events(next, EVENT_PAGE);
    for (const event of page) {
      if (signal.aborted) return;
      yield { event };
      next = { height: event.height, index: event.index + 1 };
    }
    if (page.length === 0) await bell.wait(seenHeight, signal);
  }
}
