import type { Receipt } from "@ganglion/ledger";
import { bytesToHex, type Logger } from "@ganglion/types";
import {
  CheckTxType,
  type Request,
  type RequestCheckTx,
  type RequestFinalizeBlock,
  type RequestInitChain,
  type RequestPrepareProposal,
  type RequestProcessProposal,
  type RequestQuery,
  type Response,
  ResponseCheckTx,
  ResponseCommit,
  ResponseEcho,
  ResponseFinalizeBlock,
  ResponseFlush,
  ResponseInfo,
  ResponseInitChain,
  ResponsePrepareProposal,
  ResponseProcessProposal,
  ResponseProcessProposal_ProposalStatus,
  ResponseQuery,
} from "cosmjs-types/tendermint/abci/types";
import type { Application, CheckTxResponse } from "../application.ts";
import { APP_VERSION } from "./appVersion.ts";
import { badMessage, toDecidedBlock, toPrepare, toProposal } from "./blockInput.ts";
import { fitProposal } from "./fitProposal.ts";
import type { KeyNames } from "./keyNames.ts";
import { readAppState } from "./nodeGenesis.ts";
import { encodeCode } from "./resultCode.ts";
import { answerSnapshot } from "./snapshotAnswers.ts";
import type { SnapshotSource } from "./snapshotSource.ts";

export type Answers = {
  readonly application: Application;
  readonly snapshots: SnapshotSource;
  readonly logger: Logger;
  readonly keys: KeyNames;
};

/**
 * The reply to one request. A throw means that the application cannot go on; ABCI_BAD_MESSAGE that the sender is no
 * CometBFT node.
 */
export function answer(answers: Answers, request: Request): Partial<Response> | Promise<Partial<Response>> {
  const { application, snapshots } = answers;
  if (request.checkTx) return { checkTx: checkTx(application, request.checkTx) };
  if (request.flush) return { flush: ResponseFlush.fromPartial({}) };
  if (request.echo) return { echo: ResponseEcho.fromPartial({ message: request.echo.message }) };
  if (request.info) return { info: info(application) };
  if (request.initChain) return { initChain: initChain(application, request.initChain) };
  if (request.prepareProposal) return { prepareProposal: prepare(answers, request.prepareProposal) };
  if (request.processProposal) return { processProposal: process(answers, request.processProposal) };
  if (request.finalizeBlock) return { finalizeBlock: finalize(answers, request.finalizeBlock) };
  if (request.commit) return { commit: commit(answers) };
  if (request.query) return { query: query(application, request.query) };
  const reply = answerSnapshot(request, snapshots);
  if (reply === undefined) throw badMessage("a request of no known kind");
  return reply;
}

function info(application: Application): ResponseInfo {
  const { lastBlockHeight, initialHeight, lastBlockAppHash } = application.info();
  // The node starts the ledger only where the height is 0.
  const isEmpty = lastBlockHeight < initialHeight;
  return ResponseInfo.fromPartial({
    data: "ganglion",
    version: String(APP_VERSION),
    appVersion: BigInt(APP_VERSION),
    lastBlockHeight: isEmpty ? 0n : BigInt(lastBlockHeight),
    lastBlockAppHash: isEmpty ? new Uint8Array(0) : lastBlockAppHash,
  });
}

function initChain(
  application: Application,
  { chainId, appStateBytes }: RequestInitChain,
): ResponseInitChain {
  const { appHash, validators } = application.initChain({
    chainId,
    genesisHash: readAppState(appStateBytes),
  });
  return ResponseInitChain.fromPartial({ appHash, validators: validators.map(toUpdate) });
}

function toUpdate({ consensusKey, power }: { consensusKey: Uint8Array; power: bigint }) {
  return { pubKey: { ed25519: consensusKey }, power };
}

/** The mempool keeps the bytes, and those of a request are a view on all that came with it. */
function checkTx(application: Application, { tx, type }: RequestCheckTx): ResponseCheckTx {
  const bytes = Uint8Array.from(tx);
  if (type === CheckTxType.RECHECK) return toCheckTx(application.recheckTx(bytes));
  const checked = application.checkTx(bytes);
  // The node lost its own mempool by a restart, or a peer sent it as well: it may keep and pass it on.
  return toCheckTx(checked.code === "MEMPOOL_KNOWN" ? { ...checked, code: "OK" } : checked);
}

function toCheckTx({ code, message }: CheckTxResponse): ResponseCheckTx {
  return ResponseCheckTx.fromPartial(encodeCode(code, message));
}

/** The application's own mempool holds all that the node's does, in lanes. */
function prepare({ application, keys }: Answers, request: RequestPrepareProposal): ResponsePrepareProposal {
  const prepared = toPrepare(request, keys);
  const txs = fitProposal(application.prepareProposal(prepared), prepared.maxBytes);
  return ResponsePrepareProposal.fromPartial({ txs });
}

function process({ application, keys }: Answers, request: RequestProcessProposal): ResponseProcessProposal {
  const { ACCEPT, REJECT } = ResponseProcessProposal_ProposalStatus;
  const verdict = application.processProposal(toProposal(request, keys));
  return ResponseProcessProposal.fromPartial({ status: verdict === "accept" ? ACCEPT : REJECT });
}

function finalize({ application, keys }: Answers, request: RequestFinalizeBlock): ResponseFinalizeBlock {
  const { lastBlockHash } = application.info();
  const block = toDecidedBlock(request, { keys, parentHash: lastBlockHash });
  const { appHash, results, validatorUpdates } = application.finalizeBlock(block);
  return ResponseFinalizeBlock.fromPartial({
    appHash,
    txResults: results.map(toTxResult),
    validatorUpdates: validatorUpdates.map(toUpdate),
  });
}

function toTxResult({ code, message }: Receipt) {
  return encodeCode(code, message);
}

function commit({ application, logger }: Answers): ResponseCommit {
  const { retainHeight } = application.commit();
  const { lastBlockHeight, lastBlockAppHash } = application.info();
  logger.info("block committed", { height: lastBlockHeight, root: bytesToHex(lastBlockAppHash) });
  return ResponseCommit.fromPartial({ retainHeight: BigInt(retainHeight) });
}

/** The query API is gRPC; here only what a shell can ask to see that the right application runs. */
function query(application: Application, { path }: RequestQuery): ResponseQuery {
  const { lastBlockHeight, lastBlockAppHash } = application.info();
  if (path !== "/head")
    return ResponseQuery.fromPartial(encodeCode("QUERY_UNKNOWN", "ask /head, or the query API over gRPC"));
  const value = JSON.stringify({ height: lastBlockHeight, stateRoot: bytesToHex(lastBlockAppHash) });
  return ResponseQuery.fromPartial({ value: Buffer.from(value), height: BigInt(lastBlockHeight) });
}
