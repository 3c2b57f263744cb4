import { PRESETS } from "@ganglion/params";
import { createGrpcServer, type ServerCall, type ServiceHandlers } from "@ganglion/runtime/grpc";
import { createLogger } from "@ganglion/runtime/log";
import { chain } from "@ganglion/wire";

type Handlers = ServiceHandlers<typeof chain.ChainServiceService, ServerCall>;

export const logger = createLogger({ level: "silent" });

export type FakeNode = { readonly endpoint: string; readonly stop: () => Promise<void> };

/** A node that answers what the test gives it, about a ledger whose genesis hash is 32 times `genesis`. */
export async function runFakeNode(
  genesis: number,
  handlers: Partial<Handlers> = {},
  port = 0,
): Promise<FakeNode> {
  const server = createGrpcServer({ host: "127.0.0.1", port }, { logger });
  const status = chain.GetStatusResponse.fromPartial({ genesisHash: genesisOf(genesis), chainId: `c${genesis}` });
  server.addService(chain.ChainServiceService, { ...unimplemented(), getStatus: async () => status, ...handlers });
  const bound = await server.listen();
  return { endpoint: `127.0.0.1:${bound}`, stop: () => server.close(0) };
}

export function genesisOf(byte: number): Uint8Array {
  return new Uint8Array(32).fill(byte);
}

/** The parameters of preset minimal as a node tells them. */
export function paramsAnswer(): chain.GetParamsResponse {
  const entries = Object.entries(PRESETS.minimal.protocol).map(([name, value]) => [name, String(value)]);
  return chain.GetParamsResponse.fromPartial({ params: Object.fromEntries(entries), difficulty: "1" });
}

function unimplemented(): Handlers {
  const refuse = async (): Promise<never> => {
    throw new TypeError("not part of this test");
  };
  const refuseStream = (): AsyncIterable<never> => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) });
  return {
    getStatus: refuse,
    getMetagraph: refuse,
    watchMetagraph: refuseStream,
    getNeuron: refuse,
    getAccount: refuse,
    getParams: refuse,
    getSupply: refuse,
    getEpochReport: refuse,
    getRewards: refuse,
    getPruningOrder: refuse,
    listRecords: refuse,
    getConsensusKeys: refuse,
    getCharter: refuse,
    getGovernance: refuse,
    getProof: refuse,
    getTransaction: refuse,
    broadcast: refuse,
    simulate: refuse,
    streamBlocks: refuseStream,
    streamEvents: refuseStream,
  };
}
