import { type Signer, verifySignature } from "@ganglion/keys";
import { type GenesisDoc, genesisHash, readAccount } from "@ganglion/ledger";
import { createLogger } from "@ganglion/runtime/log";
import { addressOfKey, bytesToHex } from "@ganglion/types";
import { CometbftEngine } from "../../src/engine/cometbft/cometbftEngine.ts";
import { nodeHome } from "../../src/engine/cometbft/nodeKeys.ts";
import { NO_SNAPSHOTS } from "../../src/engine/cometbft/snapshotSource.ts";
import type { LedgerApplication } from "../../src/engine/ledgerApplication.ts";
import { openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import { BINARY } from "./cometbftBinary.ts";
import { type Fault, FaultHooks } from "./faults.ts";
import { fundedApplication, signTransfer } from "./funded.ts";
import { genesisWith, keyOf, OWNER, seedOf } from "./network.ts";

/** Of the accounts that have money from the start. */
export const ACCOUNTS: readonly Signer[] = Array.from({ length: 4 }, (_, i) => keyOf(`account-${i}`));

/** A ledger of so many validators, each with a consensus key that depends on its number alone. */
export function genesisOf(validators: number): GenesisDoc {
  const names = Array.from({ length: validators }, (_, i) => i);
  return {
    ...genesisWith(),
    chainId: `cometbft-${validators}`,
    validators: names.map((i) => ({
      hotkey: keyOf(`validator-${i}`).publicKey,
      consensusKey: keyOf(`consensus-${i}`).publicKey,
      owner: addressOfKey(OWNER.publicKey),
      power: 1n,
    })),
  };
}

/** What one node of a test network is started with. */
export type NodeSpec = {
  readonly folder: string;
  readonly validators: number;
  readonly index: number;
  readonly p2pPort: number;
  readonly peers: readonly string[];
  readonly blockIntervalMs: number;
  readonly faults: readonly Fault[];
};

export type TestNode = {
  readonly application: LedgerApplication;
  readonly engine: CometbftEngine;
  readonly hooks: FaultHooks;
  readonly close: () => Promise<void>;
};

/** The parts of a chain program over a funded ledger, with faults at chosen moments. */
export async function startNode(spec: NodeSpec): Promise<TestNode> {
  const genesis = genesisOf(spec.validators);
  const hooks = new FaultHooks(spec.faults, strike);
  const database = openDatabase(spec.folder);
  const store = new ChainStore(hooks.database(database));
  const application = fundedApplication(store, ACCOUNTS, hooks.verifier(verifySignature), genesis);
  const engine = new CometbftEngine(
    {
      binary: BINARY,
      home: nodeHome(spec.folder),
      genesis,
      genesisHash: genesisHash(genesis),
      consensusSeed: seedOf(`consensus-${spec.index}`),
      settings: {
        p2pHost: "127.0.0.1",
        p2pPort: spec.p2pPort,
        persistentPeers: spec.peers,
        allowPrivatePeers: true,
      },
      limits: {
        blockIntervalMs: spec.blockIntervalMs,
        maxTransactions: 1_000,
        maxBytes: 1_000_000,
        maxTxBytes: 65_536,
      },
    },
    {
      application: hooks.application(application),
      snapshots: NO_SNAPSHOTS,
      logger: createLogger({ level: "silent" }),
      height: () => application.head.height,
    },
  );
  function strike(victim: Fault["victim"]): void {
    if (victim !== "app" && engine.nodePid !== undefined) process.kill(engine.nodePid, "SIGKILL");
    if (victim !== "node") process.kill(process.pid, "SIGKILL");
  }
  await engine.start();
  return {
    application,
    engine,
    hooks,
    close: async () => {
      await engine.close();
      await database.close();
    },
  };
}

/** Sends a transfer of each account whose last one is in a block; refusals are tried again by the next call. */
export async function sendTransfers({ application, engine }: TestNode): Promise<void> {
  const hash = application.genesisHash;
  const nonces = ACCOUNTS.map(({ publicKey }) => nonceOf(application, addressOfKey(publicKey)));
  await Promise.all(
    nonces.map((nonce, account) =>
      nonce === undefined
        ? undefined
        : engine
            .broadcast(signTransfer(ACCOUNTS, account, nonce, { hash }).bytes)
            .catch(() => undefined),
    ),
  );
}

/** Undefined while one waits. */
function nonceOf(application: LedgerApplication, address: Uint8Array): number | undefined {
  if (application.mempool.lastNonce(bytesToHex(address)) !== undefined) return undefined;
  return readAccount(application.state, address).nonce;
}
