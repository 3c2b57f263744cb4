import {
  readAccount,
  readHead,
  readMetagraph,
  readNeuronWeights,
  readParams,
  readPruningPlace,
  readRegistration,
  readSupply,
  readUid,
} from "@ganglion/ledger";
import { Refusal } from "@ganglion/runtime/grpc";
import { bytesToHex, COMMIT_RING, type LedgerStateView } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import { toNeuron } from "./metagraphCalls.ts";
import type { ChainHandlers, RpcContext } from "./rpcContext.ts";

type LedgerCalls = Pick<ChainHandlers, "getStatus" | "getNeuron" | "getAccount" | "getParams" | "getSupply">;

/** Answers from the state of the last commit. */
export function createLedgerCalls(context: RpcContext): LedgerCalls {
  const { application } = context;
  return {
    getStatus: async () => readStatus(context),
    getNeuron: async ({ key }) => readNeuron(context, key),
    getAccount: async ({ address }) => readAccountNow(context, address),
    getParams: async () => readParamsNow(context),
    getSupply: async () => readSupply(application.state),
  };
}

function readStatus({ application, engine, genesis, store }: RpcContext): chain.GetStatusResponse {
  const { height, timeMs, hash, stateRoot } = application.head;
  return {
    chainId: genesis.chainId,
    genesisHash: application.genesisHash,
    preset: genesis.preset,
    height,
    timeMs,
    blockHash: hash,
    stateRoot,
    earliestHeight: store.firstHeight() ?? 0,
    engine: engine.name,
    ...engine.health(),
    mempoolTransactions: application.mempool.size,
  };
}

function readNeuron(
  { application }: RpcContext,
  key: chain.GetNeuronRequest["key"],
): chain.GetNeuronResponse {
  if (key === undefined) throw new Refusal("CALL_BAD_REQUEST", "ask by uid or by hotkey");
  const { state } = application;
  const uid = key.$case === "uid" ? key.value : readUid(state, key.value);
  const neuron = uid === undefined ? undefined : readMetagraph(state).neurons[uid];
  if (neuron === undefined) throw new Refusal("CALL_NOT_FOUND", "no such neuron: see the metagraph for all");
  const { rank, immunityLeft } = readPruningPlace(state, neuron.uid);
  return {
    neuron: toNeuron(neuron),
    weights: readNeuronWeights(state, neuron.uid).map(({ domainId, entries }) => ({
      domainId,
      entries: [...entries],
    })),
    pruningRank: rank,
    immunityLeft,
    commitments: readCommitments(state.view, neuron.uid),
  };
}

function readCommitments({ commits }: LedgerStateView, uid: number): chain.WeightCommitment[] {
  const rows = Array.from({ length: COMMIT_RING }, (_, i) => commits.getReadonly(uid * COMMIT_RING + i));
  return rows
    .filter(({ height }) => height > 0)
    .map(({ epoch, commitment }) => ({ epoch, commitment }))
    .sort((a, b) => a.epoch - b.epoch);
}

function readAccountNow({ application }: RpcContext, address: Uint8Array): chain.GetAccountResponse {
  const { stakes, unbondings, ...account } = readAccount(application.state, address);
  const waiting = application.mempool.lastNonce(bytesToHex(address));
  return {
    ...account,
    stakes: stakes.map(({ hotkey, amount, shares, added }) => ({
      hotkey,
      amount,
      shares: sharesToBytes(shares),
      added,
    })),
    unbondings: [...unbondings],
    nextNonce: waiting === undefined ? account.nonce : waiting + 1,
    height: application.head.height,
  };
}

/** u128, 16 bytes, little endian as in the state. */
function sharesToBytes(shares: bigint): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, shares & 0xffff_ffff_ffff_ffffn, true);
  view.setBigUint64(8, shares >> 64n, true);
  return bytes;
}

function readParamsNow({ application: { state } }: RpcContext): chain.GetParamsResponse {
  const { difficulty, burnPrice, registrationsLeft } = readRegistration(state);
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(readParams(state))) params[name] = String(value);
  return {
    preset: readHead(state).preset,
    params,
    domains: [...readMetagraph(state).domains],
    difficulty: difficulty.toString(),
    burnPrice,
    registrationsLeft,
  };
}
