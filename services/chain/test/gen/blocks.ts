import { type Signer, verifySignature } from "@ganglion/keys";
import type { GenesisDoc } from "@ganglion/ledger";
import {
  type Action,
  addressOfKey,
  asEpochIndex,
  asHeight,
  encodeSignedTransaction,
  meetsDifficulty,
  signingBytes,
  singleSignature,
  workSeal,
} from "@ganglion/types";
import { LedgerApplication } from "../../src/engine/ledgerApplication.ts";
import { sealBlock } from "../../src/engine/solo/sealBlock.ts";
import type { Database } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import { CONSENSUS_KEY, genesisWith, keyOf, OWNER, VALIDATOR } from "./network.ts";

const GENESIS = genesisWith();
const MINER = keyOf("miner");
const LIMITS = { maxTransactions: 100, maxBytes: 100_000, maxPerAccount: 10 };

/** One whose engine has not started its ledger yet. */
export function emptyApplicationOver(database: Database): LedgerApplication {
  return new LedgerApplication(
    { genesis: GENESIS, mempool: LIMITS, checkInvariants: true },
    { store: new ChainStore(database), verifySignature },
  );
}

/** One that keeps a block, and as many as it must. */
export function prunedApplicationOver(
  store: ChainStore,
  genesis: GenesisDoc,
  oldestSnapshot: () => number | undefined,
): LedgerApplication {
  const application = new LedgerApplication(
    { genesis, mempool: LIMITS, checkInvariants: true, blocksKept: 1 },
    { store, verifySignature, oldestSnapshot },
  );
  application.initChain({ chainId: genesis.chainId, genesisHash: application.genesisHash });
  return application;
}

/** Sealed, without transactions, a second after the one before. */
export function makeEmptyBlock(application: LedgerApplication): void {
  const { genesisHash, head } = application;
  const proposer = CONSENSUS_KEY.publicKey;
  const header = {
    genesisHash,
    height: head.height + 1,
    timeMs: head.timeMs + 1_000,
    parentHash: head.hash,
    proposer,
    parentStateRoot: head.stateRoot,
    transactions: [],
  };
  const lastCommit = head.height === 0 ? [] : [{ consensusKey: proposer, power: 1n, signed: true }];
  application.finalizeBlock({ ...header, ...sealBlock(header, CONSENSUS_KEY), lastCommit, misbehaviour: [] });
  application.commit();
}

export function applicationOver(database: Database): LedgerApplication {
  const application = emptyApplicationOver(database);
  const { genesisHash } = application;
  if (application.info().lastBlockHeight === 0)
    application.initChain({ chainId: GENESIS.chainId, genesisHash });
  return application;
}

/** The one block that can follow: the same bytes whenever and wherever it is made. */
export function makeNextBlock(application: LedgerApplication): void {
  const { genesisHash, head } = application;
  const height = head.height + 1;
  const timeMs = GENESIS.timeMs + height * 1_000;
  const transactions = transactionsOf(height, application);
  const parentHash = head.hash;
  const proposer = CONSENSUS_KEY.publicKey;
  const parentStateRoot = head.stateRoot;
  const { hash, seal } = sealBlock(
    { genesisHash, height, timeMs, parentHash, proposer, parentStateRoot, transactions },
    CONSENSUS_KEY,
  );
  const lastCommit = height === 1 ? [] : [{ consensusKey: proposer, power: 1n, signed: true }];
  const block = { height, timeMs, hash, parentHash, proposer, seal, lastCommit, misbehaviour: [] };
  application.finalizeBlock({ ...block, transactions });
  application.commit();
}

function transactionsOf(height: number, { genesisHash, head }: LedgerApplication): Uint8Array[] {
  const sign = (signer: Signer, nonce: number, action: Action) =>
    signed(signer, nonce, action, genesisHash);
  if (height === 2) return [sign(MINER, 0, workRegistration(genesisHash, head.hash))];
  if (height === 3) return [sign(MINER, 1, serve("miner")), sign(VALIDATOR, 0, serve("validator"))];
  if (height === 4)
    return [
      sign(VALIDATOR, 1, {
        kind: "commitWeights",
        epoch: asEpochIndex(0),
        commitment: new Uint8Array(32).fill(1),
      }),
    ];
  return [];
}

export function serve(role: "miner" | "validator"): Action {
  return { kind: "serve", role, host: "127.0.0.1", port: 1, modelDigest: new Uint8Array(32), version: 1 };
}

function workRegistration(genesisHash: Uint8Array, blockHash: Uint8Array): Action {
  const hotkey = MINER.publicKey;
  const difficulty = GENESIS.params.difficultyStart;
  let nonce = 0n;
  while (!meetsDifficulty(workSeal({ genesisHash, blockHash, nonce, hotkey }), difficulty)) nonce++;
  return {
    kind: "register",
    hotkey,
    owner: addressOfKey(OWNER.publicKey),
    proof: { kind: "work", height: asHeight(1), nonce },
  };
}

/** A transaction that is good for the first 100 blocks. */
export function signed(signer: Signer, nonce: number, action: Action, genesisHash: Uint8Array): Uint8Array {
  const body = { sender: addressOfKey(signer.publicKey), nonce, validUntil: asHeight(100), action };
  const signature = signer.sign(signingBytes(body, genesisHash));
  return encodeSignedTransaction({ body, signatures: [singleSignature(signer.publicKey, signature)] });
}
