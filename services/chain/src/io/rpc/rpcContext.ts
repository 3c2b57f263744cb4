import type { GenesisDoc, VerifySignature } from "@ganglion/ledger";
import type { ServerCall, ServiceHandlers } from "@ganglion/runtime/grpc";
import type { chain } from "@ganglion/wire";
import type { Engine } from "../../engine/engine.ts";
import type { LedgerApplication } from "../../engine/ledgerApplication.ts";
import type { ChainStore } from "../store.ts";

/** What the query API answers from: committed state, the store, and the engine for new transactions. */
export type RpcContext = {
  readonly application: LedgerApplication;
  readonly store: ChainStore;
  readonly engine: Engine;
  readonly genesis: GenesisDoc;
  readonly verifySignature: VerifySignature;
};

export type ChainHandlers = ServiceHandlers<typeof chain.ChainServiceService, ServerCall>;
