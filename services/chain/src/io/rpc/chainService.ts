import type { PeerBook } from "../../core/peerBook.ts";
import { createEpochCalls } from "./epochCalls.ts";
import { createGovernanceCalls } from "./governanceCalls.ts";
import { createLedgerCalls } from "./ledgerCalls.ts";
import { limitCalls } from "./limitCalls.ts";
import { createMetagraphCalls } from "./metagraphCalls.ts";
import { createProofCalls } from "./proofCalls.ts";
import type { ChainHandlers, RpcContext } from "./rpcContext.ts";
import { createStakeCalls } from "./stakeCalls.ts";
import { createStreamCalls } from "./streamCalls.ts";
import { createTransactionCalls } from "./transactionCalls.ts";

/** The query API of ganglion.chain.v1. */
export function createChainService(context: RpcContext, book: PeerBook): ChainHandlers {
  const calls = {
    ...createLedgerCalls(context),
    ...createEpochCalls(context),
    ...createMetagraphCalls(context),
    ...createStakeCalls(context),
    ...createProofCalls(context),
    ...createGovernanceCalls(context),
    ...createTransactionCalls(context),
    ...createStreamCalls(context),
  };
  return limitCalls(calls, book);
}
