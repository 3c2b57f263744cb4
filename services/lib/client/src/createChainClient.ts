import { errorCode, GanglionError } from "@ganglion/types";
import { chain } from "@ganglion/wire";
import type { ChainClient, ChainClientModules, ChainClientOptions, ProofOf } from "./chainClient.ts";
import { decodeParams } from "./decodeParams.ts";
import { EndpointPool } from "./endpointPool.ts";
import { followStream } from "./followStream.ts";
import { Submitter } from "./submitter.ts";

/** Opens no connection before the first call. */
export function createChainClient(options: ChainClientOptions, modules: ChainClientModules): ChainClient {
  const pool = new EndpointPool(options, modules);
  const submitter = new Submitter(pool);
  return {
    ...createQueries(pool),
    ...createStakeQueries(pool),
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
type StakeQueries = Pick<
  ChainClient,
  "rewards" | "pruningOrder" | "consensusKeys" | "records" | "charter" | "governance" | "proof"
>;

function createQueries(pool: EndpointPool): Queries {
  return {
    status: ({ signal } = {}) => pool.unary((call, limits) => call.getStatus({}, limits), signal),
    metagraph: async ({ signal } = {}) =>
      present(await pool.unary((call, limits) => call.getMetagraph({}, limits), signal)),
    params: async ({ signal } = {}) =>
      decodeParams(await pool.unary((call, limits) => call.getParams({}, limits), signal)),
    neuron: (key, { signal } = {}) =>
      orUndefined(pool.unary((call, limits) => call.getNeuron({ key: neuronKey(key) }, limits), signal)),
    account: (address, { signal } = {}) =>
      pool.unary((call, limits) => call.getAccount({ address }, limits), signal),
    supply: ({ signal } = {}) => pool.unary((call, limits) => call.getSupply({}, limits), signal),
    epochReport: async (epoch, { uid, signal } = {}) =>
      (await orUndefined(pool.unary((call, limits) => call.getEpochReport({ epoch, uid }, limits), signal)))
        ?.report,
    transaction: async (hash, { signal } = {}) =>
      (await pool.unary((call, limits) => call.getTransaction({ hash }, limits), signal)).receipt,
  };
}

function createStakeQueries(pool: EndpointPool): StakeQueries {
  return {
    rewards: async (of, { limit = 0, signal } = {}) =>
      (await pool.unary((call, limits) => call.getRewards({ of: rewardsOf(of), limit }, limits), signal))
        .rewards,
    pruningOrder: (owner = new Uint8Array(0), { signal } = {}) =>
      pool.unary((call, limits) => call.getPruningOrder({ owner }, limits), signal),
    consensusKeys: async ({ signal } = {}) =>
      (await pool.unary((call, limits) => call.getConsensusKeys({}, limits), signal)).keys,
    records: async ({ owner = new Uint8Array(0), kind = "" }, { signal } = {}) =>
      (await pool.unary((call, limits) => call.listRecords({ owner, kind }, limits), signal)).records,
    proof: (of, { signal } = {}) =>
      orUndefined(pool.unary((call, limits) => call.getProof(proofRequest(of), limits), signal)),
    charter: ({ signal } = {}) => pool.unary((call, limits) => call.getCharter({}, limits), signal),
    governance: ({ signal } = {}) => pool.unary((call, limits) => call.getGovernance({}, limits), signal),
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
        open: (call, limits) => call.watchMetagraph({}, limits),
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
        open: (call, limits) => call.streamBlocks({ fromHeight: next }, limits),
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
        open: (call, limits) => call.streamEvents({ fromHeight: next.height, fromIndex: next.index }, limits),
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

function rewardsOf(
  of: { readonly hotkey: Uint8Array } | { readonly address: Uint8Array },
): chain.GetRewardsRequest["of"] {
  return "hotkey" in of ? { $case: "hotkey", value: of.hotkey } : { $case: "address", value: of.address };
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
    if (errorCode(error) === "CALL_NOT_FOUND") return undefined;
    throw error;
  }
}

function proofRequest(of: ProofOf): chain.GetProofRequest {
  const { PROOF_KIND_ACCOUNT, PROOF_KIND_NEURON, PROOF_KIND_WEIGHTS } = chain.ProofKind;
  if (of.kind === "account") return { kind: PROOF_KIND_ACCOUNT, of: { $case: "address", value: of.address } };
  return { kind: of.kind === "neuron" ? PROOF_KIND_NEURON : PROOF_KIND_WEIGHTS, of: neuronKey(of) };
}
