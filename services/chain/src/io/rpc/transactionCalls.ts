import { simulateTransaction } from "@ganglion/ledger";
import { bytesToHex } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import { toEvents } from "../../engine/blockRecord.ts";
import type { ChainHandlers, RpcContext } from "./rpcContext.ts";

type TransactionCalls = Pick<ChainHandlers, "getTransaction" | "broadcast" | "simulate">;

export function createTransactionCalls(context: RpcContext): TransactionCalls {
  const { application, store, engine, verifySignature } = context;
  return {
    getTransaction: async ({ hash }) => {
      const { height } = application.head;
      const receipt = store.receipt(hash) ?? droppedReceipt(context, hash);
      const waiting = application.mempool.has(bytesToHex(hash));
      return { found: receipt !== undefined, receipt, height, waiting };
    },
    broadcast: async ({ transaction }) => engine.broadcast(Uint8Array.from(transaction)),
    simulate: async ({ transaction }) => {
      const { receipt, events } = simulateTransaction(application.state, transaction, { verifySignature });
      const height = application.head.height + 1;
      return { receipt: { ...receipt, height }, events: toEvents(height, events) };
    },
  };
}

function droppedReceipt({ application }: RpcContext, hash: Uint8Array): chain.Receipt | undefined {
  const refused = application.refusalOf(bytesToHex(hash));
  return refused && { ...refused, transactionHash: hash, height: 0, index: 0, fee: 0n };
}
