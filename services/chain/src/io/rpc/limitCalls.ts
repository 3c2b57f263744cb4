import { Refusal, type ServerCall } from "@ganglion/runtime/grpc";
import type { PeerBook } from "../../core/peerBook.ts";
import type { ChainHandlers } from "./rpcContext.ts";

const STREAM_RETRY_MS = 1_000;

type Unary<Request, Response> = (request: Request, call: ServerCall) => Promise<Response>;
type Stream<Request, Response> = (request: Request, call: ServerCall) => AsyncIterable<Response>;

/** The same handlers for as long as the caller's address keeps to its limits; else CALL_RATE_LIMITED and when to come again. */
export function limitCalls(calls: ChainHandlers, book: PeerBook): ChainHandlers {
  const unary =
    <Request, Response>(handler: Unary<Request, Response>): Unary<Request, Response> =>
    async (request, call) => {
      takeRequest(book, call);
      return handler(request, call);
    };
  const stream =
    <Request, Response>(handler: Stream<Request, Response>): Stream<Request, Response> =>
    (request, call) => {
      takeRequest(book, call);
      return holdStream(book, addressOf(call), () => handler(request, call));
    };
  return {
    getStatus: unary(calls.getStatus),
    getMetagraph: unary(calls.getMetagraph),
    watchMetagraph: stream(calls.watchMetagraph),
    getNeuron: unary(calls.getNeuron),
    getAccount: unary(calls.getAccount),
    getParams: unary(calls.getParams),
    getSupply: unary(calls.getSupply),
    getEpochReport: unary(calls.getEpochReport),
    getRewards: unary(calls.getRewards),
    getPruningOrder: unary(calls.getPruningOrder),
    getConsensusKeys: unary(calls.getConsensusKeys),
    listRecords: unary(calls.listRecords),
    getCharter: unary(calls.getCharter),
    getGovernance: unary(calls.getGovernance),
    getProof: unary(calls.getProof),
    getTransaction: unary(calls.getTransaction),
    broadcast: unary(calls.broadcast),
    simulate: unary(calls.simulate),
    streamBlocks: stream(calls.streamBlocks),
    streamEvents: stream(calls.streamEvents),
  };
}

function takeRequest(book: PeerBook, call: ServerCall): void {
  const waitMs = book.takeRequest(addressOf(call), performance.now());
  if (waitMs > 0)
    throw new Refusal("CALL_RATE_LIMITED", "your address asks too often: come again later", waitMs);
}

async function* holdStream<Response>(
  book: PeerBook,
  peer: string,
  open: () => AsyncIterable<Response>,
): AsyncGenerator<Response> {
  if (!book.openStream(peer))
    throw new Refusal(
      "CALL_RATE_LIMITED",
      "too many streams are open, from your address or in all: end some, or come again later",
      STREAM_RETRY_MS,
    );
  try {
    yield* open();
  } finally {
    book.closeStream(peer);
  }
}

/** Without the port, which is another for each connection. */
function addressOf({ peer }: ServerCall): string {
  return peer.slice(0, Math.max(0, peer.lastIndexOf(":")));
}
