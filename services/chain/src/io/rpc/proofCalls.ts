import { type ProofSubject, proveSubject } from "@ganglion/ledger";
import { Refusal, type ServerCall } from "@ganglion/runtime/grpc";
import { encodeLightProof, InvariantError, type LightProof, transactionsRoot } from "@ganglion/types";
import { chain } from "@ganglion/wire";
import type { ChainHandlers, RpcContext } from "./rpcContext.ts";

const RETRY_AFTER_MS = 1_000;

type ProofCalls = Pick<ChainHandlers, "getProof">;

/** Proofs are of the state before the last block, whose header has its root. */
export function createProofCalls(context: RpcContext): ProofCalls {
  return { getProof: (request, call) => readProof(context, request, call) };
}

async function readProof(
  context: RpcContext,
  request: chain.GetProofRequest,
  { signal }: ServerCall,
): Promise<chain.GetProofResponse> {
  const { application } = context;
  const { height } = application.head;
  const state = application.previousState;
  if (state === undefined)
    throw new Refusal(
      "CALL_RATE_LIMITED",
      "there was no block since the start: ask after the next",
      RETRY_AFTER_MS,
    );
  const proof = proveSubject(state, subjectOf(request));
  if (proof === undefined) throw new Refusal("CALL_NOT_FOUND", "the ledger knows nothing by that key");
  const header = await readHeader(context, height, signal);
  return { proof: encodeLightProof({ ...proof, header }), height: height - 1 };
}

function subjectOf({ kind, of }: chain.GetProofRequest): ProofSubject {
  const isAccount = kind === chain.ProofKind.PROOF_KIND_ACCOUNT;
  if (isAccount && of?.$case === "address") return { kind: "account", address: of.value };
  const wanted = kind === chain.ProofKind.PROOF_KIND_WEIGHTS ? "weights" : "neuron";
  const isKnown = wanted === "weights" || kind === chain.ProofKind.PROOF_KIND_NEURON;
  if (isKnown && of?.$case === "uid") return { kind: wanted, uid: of.value };
  if (isKnown && of?.$case === "hotkey") return { kind: wanted, hotkey: of.value };
  throw new Refusal(
    "CALL_BAD_REQUEST",
    "ask for a neuron or its weights by uid or hotkey, or for an account by address",
  );
}

async function readHeader(
  context: RpcContext,
  height: number,
  signal: AbortSignal,
): Promise<LightProof["header"]> {
  const { engine } = context;
  if (engine.signedHeader === undefined) return readSoloHeader(context, height);
  return { engine: "cometbft", value: await engine.signedHeader(height, signal) };
}

function readSoloHeader({ application, store }: RpcContext, height: number): LightProof["header"] {
  const block = store.decidedBlock(height);
  const parent = store.block(height - 1);
  if (block === undefined || parent === undefined) throw new InvariantError(`block ${height} is not stored`);
  const { timeMs, parentHash, proposer, transactions, seal } = block;
  return {
    engine: "solo",
    value: {
      genesisHash: application.genesisHash,
      height,
      timeMs,
      parentHash,
      proposer,
      parentStateRoot: parent.stateRoot,
      transactionsRoot: transactionsRoot(transactions),
      signature: seal,
    },
  };
}
