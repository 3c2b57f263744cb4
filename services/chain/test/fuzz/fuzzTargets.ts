import { verifySignature } from "@ganglion/keys";
import { REJECTIONS } from "@ganglion/ledger";
import { createLogger } from "@ganglion/runtime/log";
import { ACTION_KINDS, bytesToHex, createRandom, errorCode, InvariantError } from "@ganglion/types";
import { Request } from "cosmjs-types/tendermint/abci/types";
import { answer } from "../../src/engine/cometbft/answers.ts";
import { encodeLength, FrameReader } from "../../src/engine/cometbft/frames.ts";
import { addressOfConsensusKey, KeyNames } from "../../src/engine/cometbft/keyNames.ts";
import { NO_SNAPSHOTS } from "../../src/engine/cometbft/snapshotSource.ts";
import type { LedgerApplication } from "../../src/engine/ledgerApplication.ts";
import { openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import { accountsOf, genesisOf } from "../gen/cometbftNode.ts";
import { fundedApplication } from "../gen/funded.ts";
import { MixedLoad, signDraft } from "../gen/mixedLoad.ts";
import { keyOf, OWNER } from "../gen/network.ts";

const SEED = 7;
const SAMPLES_PER_KIND = 4;
const CONSENSUS = keyOf("consensus-0");
/** What a node that is none may cause: its connection is closed. */
const REFUSALS = new Set(["ABCI_BAD_MESSAGE", "ABCI_BAD_FRAME", "CHAIN_OTHER_GENESIS"]);

/** Something that takes bytes of strangers. */
type FuzzTarget = {
  readonly valid: readonly Uint8Array[];
  /** Throws when it did what it must not. */
  readonly take: (bytes: Uint8Array) => Promise<void>;
  readonly close: () => Promise<void>;
};

export const TARGETS = { transactions: transactionTarget, frames: frameTarget } as const;
export type TargetName = keyof typeof TARGETS;

type Ledger = {
  readonly application: LedgerApplication;
  readonly valid: readonly Uint8Array[];
  readonly close: () => Promise<void>;
};

function openLedger(folder: string): Ledger {
  const database = openDatabase(folder);
  const accounts = accountsOf(8);
  const application = fundedApplication(new ChainStore(database), accounts, verifySignature, genesisOf(1));
  const load = new MixedLoad(
    { accounts, validators: [keyOf("validator-0")], name: "fuzz", owner: OWNER },
    createRandom(SEED),
  );
  const valid = Array.from({ length: SAMPLES_PER_KIND }).flatMap(() =>
    ACTION_KINDS.map((kind) => signDraft(load.draft(application, kind), 0, application.genesisHash)),
  );
  return { application, valid, close: () => database.close() };
}

/** Checked alone, in a proposal, and executed in a block: a code, and the state as it was. */
function transactionTarget(folder: string): FuzzTarget {
  const { application, valid, close } = openLedger(folder);
  const before = bytesToHex(application.state.view.hashTreeRoot());
  const empty = finalized(application, []);
  let taken = 0;
  return {
    valid,
    close,
    take: async (bytes) => {
      const { code } = application.checkTx(bytes);
      if (code === "OK") application.mempool.remove(application.mempool.waiting().map(({ hash }) => hash));
      else if (!(code in REJECTIONS) && !code.startsWith("MEMPOOL_")) throw new Error(`unknown code ${code}`);
      const { height, timeMs } = application.head;
      const verdict = application.processProposal({
        height: height + 1,
        timeMs,
        transactions: [bytes],
        misbehaviour: [],
      });
      if ((verdict === "accept") !== (code === "OK")) throw new Error(`${verdict} although ${code}`);
      // A block costs a hundred times a check.
      if (++taken % 64 !== 0 || code === "OK") return;
      if (finalized(application, [bytes]) !== empty) throw new Error(`${code} changed the state`);
      if (bytesToHex(application.state.view.hashTreeRoot()) !== before)
        throw new Error("the committed state changed");
    },
  };
}

/** The root after a first block of these, which is not committed. */
function finalized(application: LedgerApplication, transactions: readonly Uint8Array[]): string {
  const { timeMs, hash } = application.head;
  const block = {
    height: 1,
    timeMs: timeMs + 1_000,
    hash: new Uint8Array(32).fill(1),
    parentHash: hash,
    proposer: CONSENSUS.publicKey,
    lastCommit: [],
    misbehaviour: [],
    seal: new Uint8Array(0),
    transactions,
  };
  return bytesToHex(application.finalizeBlock(block).appHash);
}

/** Read from a stream in two parts and answered: an answer or a refusal, and nothing committed. */
function frameTarget(folder: string): FuzzTarget {
  const { application, valid, close } = openLedger(folder);
  const before = bytesToHex(application.state.view.hashTreeRoot());
  const answers = {
    application,
    snapshots: NO_SNAPSHOTS,
    logger: createLogger({ level: "silent" }),
    keys: new KeyNames(() => application.consensusKeys()),
  };
  let taken = 0;
  return {
    valid: requestFrames(application, valid),
    close,
    take: async (bytes) => {
      const frames = new FrameReader();
      try {
        frames.push(bytes.subarray(0, bytes.length >> 1));
        frames.push(bytes.subarray(bytes.length >> 1));
        for (let frame = frames.next(); frame !== undefined; frame = frames.next()) await reply(frame);
      } catch (error) {
        if (!REFUSALS.has(errorCode(error))) throw error;
      }
      application.mempool.remove(application.mempool.waiting().map(({ hash }) => hash));
      if (application.head.height !== 0) throw new Error("a block was committed");
      if (++taken % 64 === 0 && bytesToHex(application.state.view.hashTreeRoot()) !== before)
        throw new Error("the committed state changed");
    },
  };

  async function reply(frame: Uint8Array): Promise<void> {
    let request: Request;
    try {
      request = Request.decode(frame);
    } catch {
      return;
    }
    // An order to commit what was finalized is no refusal.
    if (request.commit !== undefined) return;
    try {
      await answer(answers, request);
    } catch (error) {
      if (!(error instanceof InvariantError && isOrder(request))) throw error;
    }
  }
}

/** A node's order that cannot be: no good node gives it, and the program must stop. All else is a question. */
function isOrder({ finalizeBlock, initChain }: Request): boolean {
  return finalizeBlock !== undefined || initChain !== undefined;
}

function requestFrames(
  { genesisHash }: LedgerApplication,
  transactions: readonly Uint8Array[],
): Uint8Array[] {
  const time = { seconds: 1_790_000_000n, nanos: 5 };
  const proposerAddress = addressOfConsensusKey(CONSENSUS.publicKey);
  const requests = [
    { info: {} },
    { flush: {} },
    { echo: { message: "hello" } },
    { query: { path: "/head" } },
    { listSnapshots: {} },
    {
      offerSnapshot: {
        snapshot: { height: 1n, format: 1, chunks: 1, hash: genesisHash, metadata: genesisHash },
      },
    },
    { loadSnapshotChunk: { height: 1n, format: 1, chunk: 0 } },
    { applySnapshotChunk: { index: 0, chunk: genesisHash, sender: "peer" } },
    { prepareProposal: { height: 1n, maxTxBytes: 10_000n, time, txs: transactions.slice(0, 2) } },
    ...transactions.map((tx) => ({ checkTx: { tx, type: 0 } })),
    ...transactions.map((tx) => ({ checkTx: { tx, type: 1 } })),
    ...transactions.map((tx) => ({ processProposal: { height: 1n, time, txs: [tx], hash: genesisHash } })),
    ...transactions.map((tx) => ({
      finalizeBlock: { height: 1n, time, txs: [tx], hash: genesisHash, proposerAddress },
    })),
  ];
  return requests.map((asked) => {
    const bytes = Request.encode(Request.fromPartial<object>(asked)).finish();
    return Uint8Array.from(Buffer.concat([encodeLength(bytes.length), bytes]));
  });
}
