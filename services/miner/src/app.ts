import { join } from "node:path";
import { type ChainClient, createChainClient, solveWork } from "@ganglion/client";
import { decodeAddress, type Signer } from "@ganglion/keys";
import { makeFolder } from "@ganglion/runtime/files";
import { openReplayWindow } from "@ganglion/runtime/grpc";
import { Registry } from "@ganglion/runtime/metrics";
import {
  type Clock,
  errorMessage,
  GanglionError,
  type Hotkey,
  hexToBytes,
  type Logger,
} from "@ganglion/types";
import { type MinerOptions, type MinerOptionsInput, parseMinerOptions } from "./config.ts";
import { hashBytes } from "./core/hashBytes.ts";
import type { Desired, IdentityState } from "./core/planIdentity.ts";
import { CardCache } from "./io/cardCache.ts";
import { Closers } from "./io/closers.ts";
import { createSynapseServer, type SynapseServerModules } from "./io/createSynapseServer.ts";
import { IdentityLoop } from "./io/identityLoop.ts";
import { LedgerView } from "./io/ledgerView.ts";
import { loadPlugin } from "./io/loadPlugin.ts";
import { loadSigner } from "./io/loadSigner.ts";
import { SpendingRecord } from "./io/spendingRecord.ts";
import { createMinerMetrics, type MinerMetrics } from "./metrics.ts";
import type { Model } from "./plugin.ts";

/** What a program lends to a miner. */
export type MinerModules = {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly register?: Registry;
  /** Aborting it closes the miner. */
  readonly signal?: AbortSignal;
};

/** What a running miner shows. */
export type MinerStatus = {
  readonly state: IdentityState;
  /** For people: what it waits for, or why it does not serve. */
  readonly detail: string;
  readonly uid: number | undefined;
  readonly modelDigest: Uint8Array | undefined;
};

export type MinerHandle = {
  readonly name: string;
  readonly hotkey: Hotkey;
  readonly host: string;
  readonly port: number;
  readonly status: () => MinerStatus;
  /** Readiness off, finishes what is in flight, frees the port: below 2 s. */
  readonly close: () => Promise<void>;
};

type Parts = SynapseServerModules & {
  readonly options: MinerOptions;
  readonly client: ChainClient;
};

/** For what is queued in the model, then for replies on their way. */
const DRAIN_MS = 1_200;
const CLOSE_GRACE_MS = 500;
const RETRY_GENESIS_MS = 1_000;

/**
 * Starts one identity: loads its model, listens, and follows the ledger in the background to register and serve.
 * Resolves as soon as it listens; without `network.genesisHash` it first asks the ledger for it, as long as it
 * takes. Several may run in one process.
 *
 * @throws GanglionError CONFIG_INVALID, MINER_BAD_PLUGIN, MINER_BAD_KEY, MINER_BAD_STATE, MINER_STOPPED,
 *   GRPC_PORT_IN_USE, and those of the plug-in's `load`
 */
export async function startMiner(input: MinerOptionsInput, modules: MinerModules): Promise<MinerHandle> {
  const options = parseMinerOptions(input);
  const closers = new Closers();
  try {
    return await start(options, modules, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function start(options: MinerOptions, modules: MinerModules, closers: Closers): Promise<MinerHandle> {
  let wake = (): void => undefined;
  const parts = await openParts(options, modules, { closers, changed: () => wake() });
  const { logger, model, signer } = parts;
  const { server, drain } = createSynapseServer(options, parts);
  const { host } = options.listen;
  const port = await server.listen();
  // Ready is who can answer: it stays out of a load balancer while there is no model.
  server.setServing(model.describe() !== undefined);
  closers.add(() => server.close(CLOSE_GRACE_MS));
  const published = { host: options.publish?.host ?? host, port: options.publish?.port ?? port };
  const identity = await createIdentity(parts, published);
  wake = () => {
    server.setServing(model.describe() !== undefined);
    identity.wake();
  };
  closers.add(() => identity.close());
  closers.add(() => {
    wake = () => undefined;
    server.setServing(false);
    return drain(DRAIN_MS);
  });
  identity.start();
  const stop = (): void => {
    closers.close().catch((error: unknown) => {
      logger.error("miner did not close cleanly", { error: errorMessage(error) });
    });
  };
  modules.signal?.addEventListener("abort", stop, { once: true });
  logger.info("miner listens", { host, port, plugin: options.model.plugin });
  const status = (): MinerStatus => statusOf(identity, model);
  return { name: options.name, hotkey: signer.publicKey, host, port, status, close: () => closers.close() };
}

async function openParts(
  options: MinerOptions,
  modules: MinerModules,
  { closers, changed }: { readonly closers: Closers; readonly changed: () => void },
): Promise<Parts> {
  const logger = modules.logger.child({ miner: options.name });
  const clock = modules.clock ?? { nowMs: () => Date.now() };
  const metrics = createMinerMetrics(modules.register ?? new Registry(), options.name);
  const signer = await loadSigner(options.identity);
  makeStateFolder(options.stateDir);
  const client = createChainClient(networkOf(options), { logger });
  closers.add(() => client.close());
  const genesisHash = await readGenesisHash(options, client, modules);
  const replay = openReplayWindow(join(options.stateDir, "replay"), clock.nowMs());
  closers.add(() => replay.close());
  const model = await openModel(options, signer, { logger, changed, metrics });
  closers.add(() => model.close());
  const cards = new CardCache(model, options.model.plugin, { signer, genesisHash });
  const ledger = new LedgerView();
  return { options, logger, clock, metrics, signer, client, genesisHash, replay, ledger, model, cards };
}

function makeStateFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (cause) {
    throw new GanglionError(
      "MINER_BAD_STATE",
      `cannot use the state folder ${path}: ${errorMessage(cause)}`,
      { path },
      { cause },
    );
  }
}

function networkOf({ network }: MinerOptions): Parameters<typeof createChainClient>[0] {
  const { endpoints, genesisHash } = network;
  return genesisHash === undefined ? { endpoints } : { endpoints, genesisHash: hexToBytes(genesisHash) };
}

async function readGenesisHash(
  { network }: MinerOptions,
  client: ChainClient,
  { signal, logger }: MinerModules,
): Promise<Uint8Array> {
  if (network.genesisHash !== undefined) return hexToBytes(network.genesisHash);
  for (;;) {
    if (signal?.aborted === true) throw new GanglionError("MINER_STOPPED", "stopped before it had started");
    try {
      return await client.genesisHash(signal && { signal });
    } catch (error) {
      logger.warn("no ledger answers yet", { error: errorMessage(error) });
      await new Promise((resolve) => setTimeout(resolve, RETRY_GENESIS_MS));
    }
  }
}

async function openModel(
  { model, stateDir }: MinerOptions,
  signer: Signer,
  host: { readonly logger: Logger; readonly changed: () => void; readonly metrics: MinerMetrics },
): Promise<Model> {
  const plugin = await loadPlugin(model.plugin);
  const pluginDir = join(stateDir, "plugin");
  makeStateFolder(pluginDir);
  return await plugin.load(model.options, {
    logger: host.logger,
    stateDir: pluginDir,
    seed: seedOf(signer),
    changed: () => {
      host.metrics.reload();
      host.changed();
    },
  });
}

async function createIdentity(
  parts: Parts,
  published: { readonly host: string; readonly port: number },
): Promise<IdentityLoop> {
  const { options, logger, clock, metrics, signer, client, ledger, cards } = parts;
  const { registration, identity } = options;
  const desired: Desired = {
    mode: registration.mode,
    maxPriceSpikes: BigInt(registration.maxPriceSpikes),
    maxPerDay: registration.maxPerDay,
    afterEpochs: registration.afterEpochs,
    ...published,
  };
  const owner = identity.owner === undefined ? undefined : decodeAddress(identity.owner);
  return new IdentityLoop(
    { desired, owner, seed: seedOf(signer) },
    {
      client,
      findWork: (signal) => solveWork({ client, hotkey: signer.publicKey, signal }, { logger }),
      signer,
      payer: registration.payer === undefined ? signer : await loadSigner(registration.payer),
      ledger,
      spending: await SpendingRecord.open(join(options.stateDir, "spending.json")),
      cardDigest: () => cards.current()?.digest,
      clock,
      metrics,
      logger,
    },
  );
}

function statusOf(identity: IdentityLoop, model: Model): MinerStatus {
  const waiting = identity.state === "waitingForModel" ? model.waitingFor() : undefined;
  return {
    state: identity.state,
    detail: waiting ?? identity.detail,
    uid: identity.uid,
    modelDigest: model.describe()?.modelDigest,
  };
}

function seedOf({ publicKey }: Signer): number {
  return hashBytes(publicKey, 0, publicKey.length, 0);
}
