import { type Signer, verifySignature } from "@ganglion/keys";
import { type GenesisDoc, genesisHash, readAccount, readParams } from "@ganglion/ledger";
import { createLogger } from "@ganglion/runtime/log";
import { type ActionKind, addressOfKey, bytesToHex, equalBytes } from "@ganglion/types";
import type { Application, Proposal } from "../../src/engine/application.ts";
import { CometbftEngine } from "../../src/engine/cometbft/cometbftEngine.ts";
import { nodeHome } from "../../src/engine/cometbft/nodeKeys.ts";
import { NO_SNAPSHOTS } from "../../src/engine/cometbft/snapshotSource.ts";
import type { LedgerApplication } from "../../src/engine/ledgerApplication.ts";
import { openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import { BINARY } from "./cometbftBinary.ts";
import { type Fault, FaultHooks } from "./faults.ts";
import { fundedApplication, signTransfer } from "./funded.ts";
import { genesisWith, keyOf, OWNER, seedOf, VALIDATOR } from "./network.ts";

/** Of the accounts that have money from the start. */
export const ACCOUNTS: readonly Signer[] = accountsOf(4);

/** The first so many accounts; each depends on its number alone. */
export function accountsOf(count: number): readonly Signer[] {
  return Array.from({ length: count }, (_, i) => keyOf(`account-${i}`));
}

/** Money of 400 accounts is nearly half of the cap, so that emission halves after a few epochs. */
const HALVING = { supplyCapSpikes: 804_000_000_000n, burnStartSpikes: 1_000_000n, burnMinSpikes: 1_000n };

/** A ledger of so many validators, each with a consensus key that depends on its number alone. */
export function genesisOf(validators: number, ledger: NodeSpec["ledger"] = "plain"): GenesisDoc {
  const names = Array.from({ length: validators }, (_, i) => i);
  return {
    ...genesisWith(ledger === "halving" ? HALVING : {}),
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
  /** Default: four. */
  readonly accounts?: number;
  /** Default: plain. */
  readonly ledger?: "plain" | "halving";
  /** Transactions of all kinds that it sends instead of transfers, and then no more. */
  readonly mixed?: number;
  /** Default: all. */
  readonly kinds?: readonly ActionKind[];
  /** Default: loopback, the pinned program. */
  readonly p2pHost?: string;
  readonly binary?: string;
  /** Network namespace that the node runs in. */
  readonly namespace?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What it proposes instead of what it should; who proposes nothing votes for no other block either. */
  readonly proposes?: "nothing" | "invalid" | "crowded";
};

export type TestNode = {
  readonly accounts: readonly Signer[];
  readonly application: LedgerApplication;
  readonly engine: CometbftEngine;
  readonly hooks: FaultHooks;
  readonly close: () => Promise<void>;
};

/** The parts of a chain program over a funded ledger, with faults at chosen moments. */
export async function startNode(spec: NodeSpec): Promise<TestNode> {
  const genesis = genesisOf(spec.validators, spec.ledger);
  const hooks = new FaultHooks(spec.faults, strike);
  const database = openDatabase(spec.folder);
  const store = new ChainStore(hooks.database(database));
  const accounts = spec.accounts === undefined ? ACCOUNTS : accountsOf(spec.accounts);
  const application = fundedApplication(store, accounts, hooks.verifier(verifySignature), genesis);
  const engine = new CometbftEngine(
    {
      binary: spec.binary ?? BINARY,
      home: nodeHome(spec.folder),
      genesis,
      genesisHash: genesisHash(genesis),
      consensusSeed: seedOf(`consensus-${spec.index}`),
      settings: {
        p2pHost: spec.p2pHost ?? "127.0.0.1",
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
      application: hooks.application(misproposing(application, accounts, spec.proposes)),
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
    accounts,
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
export async function sendTransfers({ accounts, application, engine }: TestNode): Promise<void> {
  const hash = application.genesisHash;
  const nonces = accounts.map(({ publicKey }) => nonceOf(application, addressOfKey(publicKey)));
  await Promise.all(
    nonces.map((nonce, account) =>
      nonce === undefined
        ? undefined
        : engine
            .broadcast(signTransfer(accounts, account, nonce, { hash }).bytes)
            .catch(() => undefined),
    ),
  );
}

/** An application of a proposer that is not honest; it takes its own proposals. */
function misproposing(
  honest: LedgerApplication,
  accounts: readonly Signer[],
  proposes: NodeSpec["proposes"],
): Application {
  if (proposes === undefined) return honest;
  let own: readonly Uint8Array[] = [];
  const isOwn = ({ transactions }: Proposal): boolean =>
    transactions.length === own.length && transactions.every((bytes, i) => equalBytes(bytes, own[i] ?? bytes));
  return {
    info: () => honest.info(),
    initChain: (request) => honest.initChain(request),
    checkTx: (bytes) => honest.checkTx(bytes),
    recheckTx: (bytes) => honest.recheckTx(bytes),
    prepareProposal: () => {
      own = badProposal(honest, accounts, proposes);
      return own;
    },
    processProposal: (proposal) => {
      if (isOwn(proposal)) return "accept";
      return proposes === "nothing" ? "reject" : honest.processProposal(proposal);
    },
    consensusKeys: () => honest.consensusKeys(),
    finalizeBlock: (block) => honest.finalizeBlock(block),
    commit: () => honest.commit(),
  };
}

function badProposal(
  { state, genesisHash: hash }: LedgerApplication,
  accounts: readonly Signer[],
  proposes: "nothing" | "invalid" | "crowded",
): readonly Uint8Array[] {
  if (proposes === "nothing") return [];
  if (proposes === "invalid") return [Uint8Array.of(1, 2, 3)];
  const [{ publicKey } = VALIDATOR] = accounts;
  const { nonce } = readAccount(state, addressOfKey(publicKey));
  // One more than a block takes of a sender; each of them is good.
  return Array.from(
    { length: readParams(state).maxAccountTxsPerBlock + 1 },
    (_, i) => signTransfer(accounts, 0, nonce + i, { hash }).bytes,
  );
}

/** Undefined while one waits. */
function nonceOf(application: LedgerApplication, address: Uint8Array): number | undefined {
  if (application.mempool.lastNonce(bytesToHex(address)) !== undefined) return undefined;
  return readAccount(application.state, address).nonce;
}
