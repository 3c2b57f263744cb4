import { PRESETS } from "@ganglion/params";
import { Registry, serveMetrics } from "@ganglion/runtime/metrics";
import { bytesToHex, GanglionError, type Logger } from "@ganglion/types";
import { mergeMetrics } from "./core/mergeMetrics.ts";
import type { NodePlan } from "./core/planChainNodes.ts";
import { CONSENSUS_SUFFIX } from "./core/planNetwork.ts";
import {
  lowestHeight,
  type NodeView,
  renderTestnet,
  type TestnetEvent,
  type TestnetSnapshot,
  testnetChanges,
} from "./core/testnetView.ts";
import { prepareGenesis } from "./io/chainFiles.ts";
import { startChainNodes } from "./io/chainNodes.ts";
import { Identities } from "./io/identities.ts";
import { NodeObserver } from "./io/nodeObserver.ts";
import { Programs } from "./io/programs.ts";
import { StateFolder } from "./io/stateFolder.ts";

export type TestnetOptions = {
  /** Absolute path of the folder that holds all state. */
  readonly stateDir: string;
  /** 1 to 16; four survive the loss of one. */
  readonly nodes: number;
  /** Pause between blocks; consensus takes its own time beside it. */
  readonly blockIntervalMs: number;
  /** Removes what an earlier run left, keys included. */
  readonly fresh: boolean;
  /** Where `make cometbft` left the program. */
  readonly cacheDir: string;
};

export type TestnetModules = {
  readonly logger: Logger;
  /** Aborted to stop the network. */
  readonly signal: AbortSignal;
};

export type TestnetSummary = {
  /** A height that all nodes had reached at the end. */
  readonly height: number;
  readonly nodes: number;
  readonly blockMs: number | undefined;
  /** Root at that height; undefined unless all nodes told the same. */
  readonly root: string | undefined;
};

export type TestnetHandle = {
  readonly snapshot: () => TestnetSnapshot;
  readonly render: (columns: number) => string;
  readonly summary: () => TestnetSummary;
  readonly farewell: () => string;
  readonly onEvent: (listener: (event: TestnetEvent) => void) => () => void;
  /** Settles when the network was asked to stop; rejects when it cannot go on. */
  readonly done: Promise<void>;
  readonly close: () => Promise<void>;
};

const CHAIN_ID = "testnet-local";
const PRESET = "local";
/** A validator here signs blocks and scores nothing: one domain of text stands for all. */
const LEDGER = { chainId: CHAIN_ID, preset: PRESET, domains: [{ name: "en", sharePpm: 1_000_000 }] } as const;
const LOOK_EVERY_MS = 500;
const EVENTS_KEPT = 1_000;
const STOP_MS = 4_000;
const ROOTS_MS = 2_000;

/**
 * Starts a CometBFT network of the ledger alone on loopback; the same folder continues it.
 * @throws GanglionError LOCAL_NO_COMETBFT | LOCAL_OTHER_NETWORK | LOCAL_FOLDER_HELD | LOCAL_FOLDER_UNWRITABLE | LOCAL_CHAIN_SLOW | the chain's own
 */
export async function startTestnet(options: TestnetOptions, modules: TestnetModules): Promise<TestnetHandle> {
  const folder = StateFolder.open(options.stateDir);
  const testnet = new Testnet(options, folder, modules);
  try {
    await testnet.start();
    return testnet.handle();
  } catch (error) {
    await testnet.close();
    throw folder.explain(error);
  }
}

class Testnet {
  readonly #options: TestnetOptions;
  readonly #folder: StateFolder;
  readonly #modules: TestnetModules;
  readonly #programs: Programs;
  readonly #startedMs = performance.now();
  readonly #failure = Promise.withResolvers<never>();
  readonly #events: TestnetEvent[] = [];
  readonly #listeners = new Set<(event: TestnetEvent) => void>();
  #observers: readonly NodeObserver[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last: TestnetSnapshot | undefined;
  #root: string | undefined;
  #metrics: { readonly close: () => Promise<void> } | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: TestnetOptions, folder: StateFolder, modules: TestnetModules) {
    this.#options = options;
    this.#folder = folder;
    this.#modules = modules;
    this.#programs = new Programs(folder, modules.logger, (error) => this.#failure.reject(error));
    this.#failure.promise.catch(() => undefined);
    modules.signal.addEventListener("abort", () => this.#programs.expectEnd(), { once: true });
  }

  async start(): Promise<void> {
    const { fresh, blockIntervalMs, cacheDir } = this.#options;
    const folder = this.#folder;
    await folder.prepare({ fresh });
    const identities = new Identities(folder.path("keys"));
    const plans = planNodes(this.#options.nodes);
    const genesisFile = prepareGenesis(folder, identities, { ...LEDGER, timeMs: Date.now() }, plans);
    const nodes = await startChainNodes({
      folder,
      identities,
      programs: this.#programs,
      nodes: plans,
      shared: { genesisFile, blockIntervalMs, checkInvariants: true },
      cacheDir,
    });
    this.#observers = nodes.map((node) => new NodeObserver(node, this.#modules.logger));
    folder.writeRun({
      chains: nodes.map(({ endpoint }) => endpoint),
      metrics: await this.#serveMetrics(),
      validators: [],
      names: {},
    });
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  handle(): TestnetHandle {
    return {
      snapshot: () => this.#snapshot(),
      render: (columns) => renderTestnet(this.#snapshot(), columns),
      summary: () => this.#summary(),
      farewell: () =>
        `stopped at height ${lowestHeight(this.#snapshot())}; the same command continues from there`,
      onEvent: (listener) => {
        for (const event of this.#events) listener(event);
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      done: Promise.race([this.#failure.promise, aborted(this.#modules.signal)]),
      close: () => this.close(),
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  async #stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#root = await this.#commonRoot();
    for (const observer of this.#observers) observer.close();
    await this.#metrics?.close();
    await this.#programs.stop(() => true, STOP_MS);
    this.#folder.release();
  }

  #snapshot(): TestnetSnapshot {
    const states = new Map(this.#programs.views.map(({ name, state }) => [name, state]));
    return {
      chainId: CHAIN_ID,
      uptimeMs: Math.floor(performance.now() - this.#startedMs),
      nodes: this.#observers.map((observer) => viewOf(observer, states.get(observer.name) ?? "")),
    };
  }

  #summary(): TestnetSummary {
    const snapshot = this.#snapshot();
    const times = snapshot.nodes.flatMap(({ blockMs }) => (blockMs === undefined ? [] : [blockMs]));
    return {
      height: lowestHeight(snapshot),
      nodes: snapshot.nodes.length,
      blockMs:
        times.length === 0 ? undefined : Math.round(times.reduce((sum, ms) => sum + ms, 0) / times.length),
      root: this.#root,
    };
  }

  async #serveMetrics(): Promise<string> {
    const server = await serveMetrics(new Registry(), {
      host: "127.0.0.1",
      port: 0,
      more: async () => mergeMetrics(await this.#programs.metrics()),
    });
    this.#metrics = server;
    return `http://127.0.0.1:${server.port}/metrics`;
  }

  async #commonRoot(): Promise<string | undefined> {
    const height = lowestHeight(this.#snapshot());
    if (!(height > 0) || !Number.isFinite(height)) return undefined;
    const signal = AbortSignal.timeout(ROOTS_MS);
    const asked = this.#observers.map((observer) => observer.rootAt(height, signal).catch(() => undefined));
    const roots = new Set(await Promise.all(asked));
    return roots.size === 1 ? [...roots][0] : undefined;
  }

  #look(): void {
    const now = this.#snapshot();
    for (const event of testnetChanges(this.#last, now)) this.#emit(event);
    this.#last = now;
  }

  #emit(event: TestnetEvent): void {
    this.#events.push(event);
    if (this.#events.length > EVENTS_KEPT) this.#events.shift();
    for (const listener of this.#listeners) listener(event);
  }
}

function planNodes(count: number): readonly NodePlan[] {
  const most = PRESETS[PRESET].protocol.maxValidators;
  if (count < 1 || count > most)
    throw new GanglionError("LOCAL_BAD_NODES", `a testnet has 1 to ${most} nodes, not ${count}`);
  return Array.from({ length: count }, (_, index) => ({
    name: `node-${index}`,
    hotkeyName: `node-${index}`,
    keyName: `node-${index}${CONSENSUS_SUFFIX}`,
  }));
}

function viewOf({ name, report, answers }: NodeObserver, programState: string): NodeView {
  const status = report?.status;
  return {
    name,
    state: answers && status !== undefined && programState === "running" ? engineState(status) : programState,
    height: status?.height ?? 0,
    blockMs: report?.blockMs,
    peers: status?.peers ?? 0,
    waiting: status?.mempoolTransactions ?? 0,
    root: bytesToHex(status?.stateRoot ?? new Uint8Array(0)),
  };
}

function engineState({ halted, catchingUp }: { halted: boolean; catchingUp: boolean }): string {
  if (halted) return "halted";
  return catchingUp ? "catching up" : "making blocks";
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
