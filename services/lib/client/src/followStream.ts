import type { Logger } from "@ganglion/types";
import { errorMessage } from "@ganglion/types";
import type { ChainCalls, EndpointPool, ReadyEndpoint } from "./endpointPool.ts";
import { backoffMs, pause } from "./pause.ts";
import { isTransient } from "./rpcErrors.ts";

export type FollowOptions<Message, Item> = {
  readonly pool: EndpointPool;
  /** Opens the stream at the position that is next now. */
  readonly open: (call: ChainCalls, limits: { readonly signal: AbortSignal }) => AsyncIterable<Message>;
  /** The message's item, having moved the position past it; undefined for one that was delivered before. */
  readonly accept: (message: Message) => Item | undefined;
  readonly signal: AbortSignal;
  readonly logger: Logger;
};

/**
 * Items of a server stream for as long as the signal lets it: when the stream breaks it is opened again, at the
 * next endpoint, after the last item that was accepted. What the node refuses with a code is thrown.
 */
export async function* followStream<Message, Item>(
  options: FollowOptions<Message, Item>,
): AsyncGenerator<Item> {
  const { pool, open, accept, signal, logger } = options;
  for (let attempt = 0; !signal.aborted; attempt++) {
    let endpoint: ReadyEndpoint | undefined;
    try {
      endpoint = await pool.ready(signal);
      for await (const message of open(endpoint.grpc.call, { signal })) {
        attempt = 0;
        const item = accept(message);
        if (item !== undefined) yield item;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isTransient(error)) throw error;
      if (endpoint !== undefined) pool.failOver(endpoint);
      logger.debug("stream broke, opening it again", {
        endpoint: endpoint?.address,
        error: errorMessage(error),
      });
    }
    await pause(backoffMs(attempt), signal);
  }
}
