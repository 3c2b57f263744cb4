import { errorCode, GanglionError } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { ChainClient, ChainClientModules, ChainClientOptions } from "./chainClient.ts";
import { decodeParams } from "./decodeParams.ts";
import { EndpointPool, type Invoke } from "./endpointPool.ts";
import { followStream } from "./followStream.ts";
import { Submitter } from "./submitter.ts";

/** Opens no connection before the first call. */
export function createChainClient(options: ChainClientOptions, modules: ChainClientModules): ChainClient {
  const pool = new EndpointPool(options, modules);
  const submitter = new Submitter(pool);
  return {
    ...createQueries(pool),
    ...createStreams(pool, modules),
    genesisHash: ({ signal } = {}) => pool.genesisHash(signal),
    submit: (action, signers, submitOptions) => submitter.submit(action, signers, submitOptions),
    simulate: (action, signers, submitOptions) => submitter.simulate(action, signers, submitOptions),
    close: () => pool.close(),
  };
}

type Queries = Pick<
  ChainClient,
  "status" | "metagraph" | "params" | "neuron" | "account" | "supply" | "epochReport" | "transaction"
>;

function createQueries(pool: EndpointPool): Queries {
  const ask = <R>(invoke: Invoke<R>, signal?: AbortSignal) => pool.unary(invoke, signal);
  return {
    status: ({ signal } = {}) =>
      ask<chain.GetStatusResponse>(
        (client, meta, call, done) => client.getStatus({}, meta, call, done),
        signal,
      ),
    metagraph: async ({ signal } = {}) =>
      present(
        await ask<chain.GetMetagraphResponse>(
          (client, meta, call, done) => client.getMetagraph({}, meta, call, done),
          signal,
        ),
      ),
    params: async ({ signal } = {}) =>
      decodeParams(
        await ask<chain.GetParamsResponse>(
          (client, meta, call, done) => client.getParams({}, meta, call, done),
          signal,
        ),
      ),
    neuron: (key, { signal } = {}) =>
      orUndefined(
        ask<chain.GetNeuronResponse>(
          (client, meta, call, done) => client.getNeuron({ key: neuronKey(key) }, meta, call, done),
          signal,
        ),
      ),
    account: (address, { signal } = {}) =>
      ask<chain.GetAccountResponse>(
        (client, meta, call, done) => client.getAccount({ address }, meta, call, done),
        signal,
      ),
    supply: ({ signal } = {}) =>
      ask<chain.GetSupplyResponse>(
        (client, meta, call, done) => client.getSupply({}, meta, call, done),
        signal,
      ),
    epochReport: async (epoch, { signal } = {}) =>
      (
        await orUndefined(
          ask<chain.GetEpochReportResponse>(
            (client, meta, call, done) => client.getEpochReport({ epoch }, meta, call, done),
            signal,
          ),
        )
      )?.report,
    transaction: async (hash, { signal } = {}) =>
      (
        await ask<chain.GetTransactionResponse>(
          (client, meta, call, done) => client.getTransaction({ hash }, meta, call, done),
          signal,
        )
      ).receipt,
  };
}

type Streams = Pick<ChainClient, "watchMetagraph" | "blocks" | "events">;

function createStreams(pool: EndpointPool, { logger }: ChainClientModules): Streams {
  return {
    watchMetagraph: (signal) => {
      let last = -1;
      return followStream<chain.WatchMetagraphResponse, chain.Metagraph>({
        pool,
        signal,
        logger,
        open: (client) => client.watchMetagraph({}),
        accept: ({ metagraph }) => {
          if (metagraph === undefined || metagraph.height === last) return undefined;
          last = metagraph.height;
          return metagraph;
        },
      });
    },
    blocks: (fromHeight, signal) => {
      let next = fromHeight;
      return followStream<chain.StreamBlocksResponse, chain.Block>({
        pool,
        signal,
        logger,
        open: (client) => client.streamBlocks({ fromHeight: next }),
        accept: ({ block }) => {
          if (block !== undefined) next = block.height + 1;
          return block;
        },
      });
    },
    events: (from, signal) => {
      let next = from;
      return followStream<chain.StreamEventsResponse, chain.Event>({
        pool,
        signal,
        logger,
        open: (client) => client.streamEvents({ fromHeight: next.height, fromIndex: next.index }),
        accept: ({ event }) => {
          if (event !== undefined) next = { height: event.height, index: event.index + 1 };
          return event;
        },
      });
    },
  };
}

function neuronKey(
  key: { readonly uid: number } | { readonly hotkey: Uint8Array },
): chain.GetNeuronRequest["key"] {
  return "uid" in key ? { $case: "uid", value: key.uid } : { $case: "hotkey", value: key.hotkey };
}

function present({ metagraph }: chain.GetMetagraphResponse): chain.Metagraph {
  if (metagraph === undefined)
    throw new GanglionError(
      "CLIENT_BAD_ANSWER",
      "the node answered without a metagraph: use matching versions",
    );
  return metagraph;
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (errorCode(error) === "CHAIN_NOT_FOUND") return undefined;
    throw error;
  }
}
