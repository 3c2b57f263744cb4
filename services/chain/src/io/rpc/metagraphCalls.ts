import { type LedgerState, type NeuronView, readMetagraph } from "@ganglion/ledger";
import type { ServerCall } from "@ganglion/runtime/grpc";
import { bytesToHex } from "@ganglion/types";
import { chain } from "@ganglion/wire";
import type { ChainHandlers, RpcContext } from "./rpcContext.ts";

type MetagraphCalls = Pick<ChainHandlers, "getMetagraph" | "watchMetagraph">;

export function createMetagraphCalls({ application }: RpcContext): MetagraphCalls {
  const present = presentMetagraph(() => application.state);
  return {
    getMetagraph: async () => ({ metagraph: present() }),
    watchMetagraph: (_request, call) => watch(application, present, call),
  };
}

async function* watch(
  application: RpcContext["application"],
  present: () => chain.Metagraph,
  { signal }: ServerCall,
): AsyncGenerator<chain.WatchMetagraphResponse> {
  const { bell } = application;
  let seen = "";
  while (!signal.aborted) {
    const height = bell.committedHeight;
    const now = `${present().epoch} ${fingerprint(application.state)}`;
    if (now !== seen) yield { metagraph: present() };
    seen = now;
    await bell.wait(height, signal);
  }
}

/** Built once a block, however many ask. */
function presentMetagraph(stateNow: () => LedgerState): () => chain.Metagraph {
  let of: LedgerState | undefined;
  let metagraph = chain.Metagraph.fromPartial({});
  return () => {
    const state = stateNow();
    if (state !== of) metagraph = buildMetagraph(state);
    of = state;
    return metagraph;
  };
}

function buildMetagraph(state: LedgerState): chain.Metagraph {
  const { height, timeMs, blockHash, epoch, bootstrap, issuance, neurons, domains } = readMetagraph(state);
  return {
    height,
    timeMs,
    blockHash,
    epoch,
    bootstrap,
    issuance,
    neurons: neurons.map(toNeuron),
    domains: [...domains],
  };
}

export function toNeuron({ role, version: _version, ...neuron }: NeuronView): chain.Neuron {
  return { ...neuron, role: toRole(role) };
}

function toRole(role: NeuronView["role"]): chain.NeuronRole {
  if (role === undefined) return chain.NeuronRole.NEURON_ROLE_UNSPECIFIED;
  return role === "miner" ? chain.NeuronRole.NEURON_ROLE_MINER : chain.NeuronRole.NEURON_ROLE_VALIDATOR;
}

/** Changes exactly when a part of the state changes that the metagraph shows, clock and epoch aside. */
function fingerprint({ view }: LedgerState): string {
  const parts = [view.neurons, view.pools, view.domains, view.bootstrap];
  return parts.map((part) => bytesToHex(part.hashTreeRoot())).join("");
}
