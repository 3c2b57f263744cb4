import { createChainClient } from "@ganglion/client";
import { Registry, serveMetrics } from "@ganglion/runtime/metrics";
import type { Logger } from "@ganglion/types";
import type { LocalOptions } from "./config.ts";
import { buildSnapshot } from "./core/buildSnapshot.ts";
import { changesBetween, type NetworkEvent } from "./core/changes.ts";
import { mergeMetrics } from "./core/mergeMetrics.ts";
import { type NodePlan, planChainNodes } from "./core/planChainNodes.ts";
import { type NetworkPlan, planNetwork } from "./core/planNetwork.ts";
import { renderSnapshot } from "./core/renderSnapshot.ts";
import type { NetworkSnapshot } from "./core/snapshot.ts";
import { type Summary, summaryOf } from "./core/summary.ts";
import { startChainPrograms } from "./io/chainPrograms.ts";
import { checkFiles } from "./io/checkFiles.ts";
import { Identities } from "./io/identities.ts";
import { Market } from "./io/market.ts";
import { Observer } from "./io/observer.ts";
import { Programs } from "./io/programs.ts";
import { StateFolder } from "./io/stateFolder.ts";
import { stopInTime } from "./io/stopInTime.ts";

export type LocalModules = {
  readonly logger: Logger;
  /** Aborted to stop the network. */
  readonly signal: AbortSignal;
};

export type LocalHandle = {
  readonly snapshot: () => NetworkSnapshot;
  /** The live view as text of at most this many columns. */
  readonly render: (columns: number) => string;
  readonly summary: () => Summary;
  /** What to tell a person at the end. */
  readonly farewell: () => string;
  /** Calls back with each event, those so far first; returns how to stop. */
  readonly onEvent: (listener: (event: NetworkEvent) => void) => () => void;
  /** Settles when the network was asked to stop; rejects when it cannot go on. */
  readonly done: Promise<void>;
  /** Stops all programs in under three seconds; safe to call twice. */
  readonly close: () => Promise<void>;
};

const LOOK_EVERY_MS = 500;
/** For listeners that come late. */
const EVENTS_KEPT = 1_000;
/** From Ctrl-C to the end, whatever the programs do; parts of it are kept for what comes last. */
const STOP_MS = 2_700;
const REPORTS_MS = 400;
const STOP_CLOSERS_MS = 100;
const STOP_CHAIN_MS = 900;

/**
 * Starts a network's programs as one process tree: the chain at once, the market as its models come.
 * @throws GanglionError LOCAL_BAD_NETWORK | LOCAL_NO_FILE | LOCAL_FOLDER_HELD | LOCAL_FOLDER_UNWRITABLE | RUNTIME_PORT_IN_USE | the chain's own
 */
export async function startLocal(options: LocalOptions, modules: LocalModules): Promise<LocalHandle> {
  const network = planNetwork(options.networkText, options.networkFile);
  const plan = { ...network, nodes: planChainNodes(network, options) };
  checkFiles(plan);
  const folder = StateFolder.open(options.stateDir);
  const local = new LocalNetwork(options, plan, folder, modules);
  try {
    await local.start();
    return local.handle();
  } catch (error) {
    await local.close();
    throw folder.explain(error);
  }
}

type LocalPlan = NetworkPlan & { readonly nodes: readonly NodePlan[] };

class LocalNetwork {
  readonly #options: LocalOptions;
  readonly #plan: LocalPlan;
  readonly #folder: StateFolder;
  readonly #modules: LocalModules;
  readonly #identities: Identities;
  readonly #programs: Programs;
  readonly #startedMs = performance.now();
  readonly #events: NetworkEvent[] = [];
  readonly #listeners = new Set<(event: NetworkEvent) => void>();
  readonly #closers: (() => void | Promise<void>)[] = [];
  readonly #failure = Promise.withResolvers<never>();
  #observer: Observer | undefined;
  #market: Market | undefined;
  #last: NetworkSnapshot | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LocalOptions, plan: LocalPlan, folder: StateFolder, modules: LocalModules) {
    this.#options = options;
    this.#plan = plan;
    this.#folder = folder;
    this.#modules = modules;
    this.#identities = new Identities(folder.path("keys"));
    this.#programs = new Programs(folder, modules.logger, (error) => this.#failure.reject(error));
    this.#failure.promise.catch(() => undefined);
    modules.signal.addEventListener("abort", () => this.#programs.expectEnd(), { once: true });
  }

  async start(): Promise<void> {
    for (const field of this.#plan.unapplied) this.#emit({ event: "notAppliedHere", field });
    await this.#serveMetrics();
    // Last of what may refuse: from here on an earlier network is gone.
    await this.#folder.prepare({ fresh: this.#options.fresh });
    const endpoints = await startChainPrograms({
      plan: this.#plan,
      nodes: this.#plan.nodes,
      folder: this.#folder,
      identities: this.#identities,
      programs: this.#programs,
      cacheDir: this.#options.cacheDir,
    });
    const client = createChainClient({ endpoints }, { logger: this.#modules.logger });
    const observer = new Observer(client, this.#modules.logger, () => this.#look());
    this.#observer = observer;
    this.#closers.push(
      () => observer.close(),
      () => client.close(),
    );
    this.#writeRun(endpoints);
    const market = new Market({
      plan: this.#plan,
      folder: this.#folder,
      identities: this.#identities,
      programs: this.#programs,
      endpoints,
      cacheDir: this.#options.cacheDir,
      logger: this.#modules.logger,
      signal: this.#modules.signal,
      emit: (event) => this.#emit(event),
      onValidator: (name, address) => {
        observer.watchValidator(name, address);
        this.#writeRun(endpoints);
      },
    });
    this.#market = market;
    market.start().catch((error: unknown) => this.#failure.reject(error));
    const timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#closers.push(() => clearInterval(timer));
  }

  handle(): LocalHandle {
    return {
      snapshot: () => this.#snapshot(),
      render: (columns) => renderSnapshot(this.#snapshot(), columns),
      summary: () => summaryOf(this.#snapshot()),
      farewell: () => `stopped at height ${this.#snapshot().height}; \`make up\` continues from there`,
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

  /** The last reports are taken first: the summary is made of them. */
  async #stop(): Promise<void> {
    const keepMs = STOP_CLOSERS_MS + STOP_CHAIN_MS;
    await stopInTime(STOP_MS, [
      { keepMs, mostMs: REPORTS_MS, stop: async () => await this.#observer?.refresh() },
      { keepMs, stop: (withinMs) => this.#stopMarket(withinMs) },
      { keepMs: STOP_CHAIN_MS, stop: () => this.#closeAll() },
      { keepMs: 0, stop: (withinMs) => this.#programs.stop((name) => this.#isChain(name), withinMs) },
    ]);
    this.#folder.release();
  }

  async #stopMarket(withinMs: number): Promise<void> {
    this.#look();
    await Promise.all([
      this.#market?.stop(withinMs),
      this.#programs.stop((name) => !this.#isChain(name), withinMs),
    ]);
  }

  async #closeAll(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
  }

  async #serveMetrics(): Promise<void> {
    const server = await serveMetrics(new Registry(), {
      host: "127.0.0.1",
      port: this.#options.metricsPort,
      more: async () => mergeMetrics(await this.#metrics()),
    });
    this.#closers.push(() => server.close());
    this.#metricsPort = server.port;
  }

  async #metrics(): Promise<readonly string[]> {
    const texts = await Promise.all([this.#programs.metrics(), this.#market?.metrics() ?? []]);
    return texts.flat();
  }

  #metricsPort = 0;

  #isChain(name: string): boolean {
    return name === this.#plan.chain.name || this.#plan.nodes.some((node) => node.name === name);
  }

  #writeRun(chains: readonly string[]): void {
    this.#folder.writeRun({
      chains: [...chains],
      metrics: `http://127.0.0.1:${this.#metricsPort}/metrics`,
      validators: [...(this.#observer?.validatorEndpoints ?? [])],
      names: Object.fromEntries([...this.#known()].map(([hotkey, { name }]) => [hotkey, name])),
    });
  }

  #known(): ReadonlyMap<string, { readonly name: string; readonly domain: string }> {
    return this.#market?.known ?? new Map();
  }

  #snapshot(): NetworkSnapshot {
    return buildSnapshot({
      chainId: this.#plan.chain.spec.genesis.chainId,
      uptimeMs: Math.floor(performance.now() - this.#startedMs),
      height: this.#observer?.height ?? 0,
      metagraph: this.#observer?.metagraph,
      reports: this.#observer?.reports ?? [],
      programs: [...this.#programs.views, ...(this.#market?.jobs ?? [])],
      known: this.#known(),
    });
  }

  #look(): void {
    const now = this.#snapshot();
    for (const event of changesBetween(this.#last, now)) this.#emit(event);
    this.#last = now;
  }

  #emit(event: NetworkEvent): void {
    this.#events.push(event);
    if (this.#events.length > EVENTS_KEPT) this.#events.shift();
    for (const listener of this.#listeners) listener(event);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
