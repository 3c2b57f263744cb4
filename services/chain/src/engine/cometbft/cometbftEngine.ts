import { join } from "node:path";
import type { GenesisDoc } from "@ganglion/ledger";
import { makeFolder, writeFileAtomicSync } from "@ganglion/runtime/files";
import {
  type CometbftHeader,
  errorCode,
  errorMessage,
  GanglionError,
  type Logger,
  transactionHash,
} from "@ganglion/types";
import type { Application, CheckTxResponse } from "../application.ts";
import type { Engine, EngineHealth } from "../engine.ts";
import { AbciServer, NODE_CONNECTIONS } from "./abciServer.ts";
import { encodeNodeConfig, type NodeLimits, type NodeSettings, nodeSockets } from "./nodeConfig.ts";
import { encodeNodeGenesis } from "./nodeGenesis.ts";
import { ensureNodeKey, ensureValidatorKey } from "./nodeKeys.ts";
import { type NodeExit, NodeProcess, nodeLogTail } from "./nodeProcess.ts";
import { type NodeCheck, NodeRpc } from "./nodeRpc.ts";
import { NodeWatch, type Stuck } from "./nodeWatch.ts";
import { decodeCode } from "./resultCode.ts";
import type { SnapshotSource } from "./snapshotSource.ts";

export type CometbftOptions = {
  /** Of the CometBFT program. */
  readonly binary: string;
  /** The node's folder; made if absent. */
  readonly home: string;
  readonly genesis: GenesisDoc;
  readonly genesisHash: Uint8Array;
  /** Of the consensus key; absent for a node that signs nothing. */
  readonly consensusSeed: Uint8Array | undefined;
  readonly settings: NodeSettings;
  readonly limits: NodeLimits;
};

export type CometbftModules = {
  readonly application: Application;
  readonly snapshots: SnapshotSource;
  readonly logger: Logger;
  /** Of the last committed block. */
  readonly height: () => number;
};

const CALL_MS = 10_000;
const STOP_NODE_MS = 3_000;
const FIRST_RESTART_MS = 250;
const LONGEST_RESTART_MS = 30_000;
/** A node that ends so often without a block in between will not start by itself. */
const MOST_FALLS = 8;
const RETRY_AFTER_MS = 1_000;

/**
 * Runs a CometBFT node as a child, which decides blocks with its peers and has the application execute them over its
 * socket. The application lives on when the node falls, and the node is started again.
 */
export class CometbftEngine implements Engine {
  readonly name = "cometbft";
  readonly done: Promise<void>;
  /** The node's name among its peers. */
  readonly nodeId: string;
  readonly #options: CometbftOptions;
  readonly #modules: CometbftModules;
  readonly #server: AbciServer;
  readonly #rpc: NodeRpc;
  readonly #finish: { readonly resolve: () => void; readonly reject: (error: unknown) => void };
  #watch: NodeWatch | undefined;
  #node: NodeProcess | undefined;
  /** The one that was killed because no block came. */
  #stalled: NodeProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #stopping = false;
  #falls = 0;
  #heightAtFall = -1;

  /**
   * Writes the node's files.
   * @throws GanglionError CHAIN_ID_TOO_LONG, CHAIN_OTHER_CONSENSUS_KEY, CHAIN_NODE_KEY_UNREADABLE, RUNTIME_CANNOT_WRITE
   */
  constructor(options: CometbftOptions, modules: CometbftModules) {
    this.#options = options;
    this.#modules = modules;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.done = promise;
    this.done.catch(() => undefined);
    this.#finish = { resolve, reject };
    this.nodeId = prepareHome(options);
    const { app, rpc } = nodeSockets(options.home);
    this.#rpc = new NodeRpc(rpc);
    this.#server = new AbciServer(app, { ...modules, onFault: (error) => this.#fail(error) });
  }

  /** The application first, then the node. @throws GanglionError CHAIN_SOCKET_PATH_TOO_LONG, CHAIN_SOCKET_FAILED, CHAIN_NODE_MISSING */
  async start(): Promise<void> {
    await this.#server.listen();
    try {
      await this.#startNode();
    } catch (error) {
      await this.#server.close();
      throw error;
    }
    this.#watch = new NodeWatch(
      {
        blockIntervalMs: this.#options.limits.blockIntervalMs,
        height: this.#modules.height,
        chunksTaken: () => this.#modules.snapshots.chunksTaken,
        isConnected: () => this.#server.connections >= NODE_CONNECTIONS,
      },
      {
        rpc: this.#rpc,
        nowMs: () => performance.now(),
        onStuck: (why) => this.#restartStuck(why),
      },
    );
  }

  get nodePid(): number | undefined {
    return this.#node?.pid;
  }

  health(): EngineHealth {
    return this.#watch?.health ?? { catchingUp: true, halted: false, peers: 0 };
  }

  async broadcast(transaction: Uint8Array): Promise<CheckTxResponse> {
    if (this.health().catchingUp)
      throw new GanglionError(
        "CHAIN_CATCHING_UP",
        "this node is still behind the others: ask another, or wait until it has caught up",
        { retryAfterMs: RETRY_AFTER_MS },
      );
    const check = await this.#rpc.broadcast(transaction, AbortSignal.timeout(CALL_MS));
    const hash = transactionHash(transaction);
    return check.kind === "checked" ? { ...decodeCode(check), hash } : this.#explain(transaction, check);
  }

  signedHeader(height: number, signal: AbortSignal): Promise<CometbftHeader> {
    return this.#rpc.signedHeader(height, AbortSignal.any([signal, AbortSignal.timeout(CALL_MS)]));
  }

  /** The node first: one that loses its application may hang. */
  async close(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    this.#watch?.close();
    await this.#node?.stop(STOP_NODE_MS);
    await this.#server.close();
    this.#rpc.close();
    this.#finish.resolve();
  }

  async #startNode(): Promise<void> {
    const { binary, home } = this.#options;
    const node = await NodeProcess.start(binary, home);
    this.#node = node;
    this.#watch?.restarted();
    void node.exited.then((exit) => this.#ended(node, exit));
    if (this.#stopping) node.kill();
  }

  #ended(node: NodeProcess, exit: NodeExit): void {
    if (this.#stopping) return;
    // While validators are missing a sound node brings no block either, and must live until they return.
    if (node === this.#stalled) this.#startAfter(FIRST_RESTART_MS);
    else this.#fell(exit);
  }

  #fell(exit: NodeExit): void {
    const height = this.#modules.height();
    this.#falls = height > this.#heightAtFall ? 1 : this.#falls + 1;
    this.#heightAtFall = height;
    const how = exit.signal ?? `code ${exit.code}`;
    const log = nodeLogTail(this.#options.home);
    if (this.#falls > MOST_FALLS) {
      this.#fail(
        new GanglionError("CHAIN_NODE_FAILED", `the CometBFT node does not stay up (${how}): ${log}`, {
          home: this.#options.home,
        }),
      );
      return;
    }
    const delayMs = Math.min(FIRST_RESTART_MS * 2 ** (this.#falls - 1), LONGEST_RESTART_MS);
    this.#modules.logger.warn("the node fell, starting it again", { how, delayMs, log });
    this.#startAfter(delayMs);
  }

  #startAfter(delayMs: number): void {
    this.#restart = setTimeout(() => {
      this.#startNode().catch((error: unknown) => this.#fail(error));
    }, delayMs);
  }

  #restartStuck(why: Stuck): void {
    this.#modules.logger.warn("the node is stuck, starting it again", { why });
    this.#watch?.restarted();
    if (why === "no block comes") this.#stalled = this.#node;
    this.#node?.kill();
  }

  /** What the node's mempool itself refuses, in our own words. */
  #explain(transaction: Uint8Array, { why }: NodeCheck & { kind: "notAsked" }): CheckTxResponse {
    const hash = transactionHash(transaction);
    if (why.includes("mempool is full"))
      return {
        code: "MEMPOOL_FULL",
        message: "too many transactions wait: send it again after a block",
        hash,
      };
    if (!why.includes("already exists")) return { code: "MEMPOOL_REFUSED", message: why, hash };
    const now = this.#modules.application.recheckTx(transaction);
    return now.code === "OK" ? { code: "MEMPOOL_KNOWN", message: "it is waiting already", hash } : now;
  }

  #fail(error: unknown): void {
    if (this.#stopping) return;
    this.#stopping = true;
    clearTimeout(this.#restart);
    this.#watch?.close();
    this.#node?.kill();
    this.#modules.logger.error("the engine stopped", { code: errorCode(error), error: errorMessage(error) });
    this.#finish.reject(error);
  }
}

/** Writes what the node reads; returns its name among its peers. */
function prepareHome({
  home,
  genesis,
  genesisHash,
  consensusSeed,
  settings,
  limits,
}: CometbftOptions): string {
  makeFolder(join(home, "config"));
  makeFolder(join(home, "data"));
  ensureValidatorKey(home, consensusSeed);
  const nodeId = ensureNodeKey(home);
  writeFileAtomicSync(join(home, "config", "genesis.json"), encodeNodeGenesis(genesis, genesisHash));
  const config = encodeNodeConfig(home, settings, limits, genesis.params.trustPeriodMs);
  writeFileAtomicSync(join(home, "config", "config.toml"), config);
  return nodeId;
}
