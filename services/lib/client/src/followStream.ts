import type { Logger } from "@ganglion/types";
import { errorMessage } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { ClientReadableStream } from "@grpc/grpc-js";
import type { EndpointPool, ReadyEndpoint } from "./endpointPool.ts";
import { backoffMs, pause } from "./pause.ts";
import { isTransient, translateError } from "./rpcErrors.ts";

export type FollowOptions<Message, Item> = {
  readonly pool: EndpointPool;
  /** Opens the stream at the position that is next now. */
  readonly open: (client: chain.ChainServiceClient) => ClientReadableStream<Message>;
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
  const { pool, signal, logger } = options;
  for (let attempt = 0; !signal.aborted; attempt++) {
    let endpoint: ReadyEndpoint | undefined;
    try {
      endpoint = await pool.ready(signal);
      for await (const item of readOnce(options, endpoint)) {
        attempt = 0;
        yield item;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isTransient(error)) throw translateError(error, endpoint?.address ?? "");
      if (endpoint !== undefined) pool.failOver(endpoint);
      logger.debug("stream broke, opening it again", {
        endpoint: endpoint?.address,
        error: errorMessage(error),
      });
    }
    await pause(backoffMs(attempt), signal);
  }
}

async function* readOnce<Message, Item>(
  { open, accept, signal }: FollowOptions<Message, Item>,
  endpoint: ReadyEndpoint,
): AsyncGenerator<Item> {
  const call = open(endpoint.client);
  const cancel = () => call.cancel();
  // A cancelled call reports that as an error after the loop has left, when nobody listens any more.
  call.on("error", () => undefined);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const messages: AsyncIterable<Message> = call;
    for await (const message of messages) {
      const item = accept(message);
      if (item !== undefined) yield item;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    call.cancel();
  }
}
