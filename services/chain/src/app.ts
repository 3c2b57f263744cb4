import { assertVerifier, createSigner, verifySignature } from "@ganglion/keys";
import { type GenesisDoc, genesisSigners, type Upgrades } from "@ganglion/ledger";
import { createGrpcServer, type GrpcServer } from "@ganglion/runtime/grpc";
import type { Registry } from "@ganglion/runtime/metrics";
import { NatsBus } from "@ganglion/runtime/nats";
import { bytesToHex, type Clock, GanglionError, type Logger, TRANSACTION_LIMIT_BYTES } from "@ganglion/types";
import { chain } from "@ganglion/wire";
import type { ChainConfig } from "./config.ts";
import { DEFAULT_PEER_LIMITS, PeerBook } from "./core/peerBook.ts";
import { CometbftEngine } from "./engine/cometbft/cometbftEngine.ts";
import { nodeHome } from "./engine/cometbft/nodeKeys.ts";
import { LedgerApplication } from "./engine/ledgerApplication.ts";
import { SoloEngine } from "./engine/solo/soloEngine.ts";
import { useFastHasher } from "./io/fastHasher.ts";
import { type OpenStore, openStore } from "./io/openStore.ts";
import { Publisher } from "./io/publisher.ts";
import { createChainService } from "./io/rpc/chainService.ts";
import { cacheSignatures } from "./io/signatureCache.ts";
import { SnapshotExchange } from "./io/snapshots/snapshotExchange.ts";
import { SnapshotFolder } from "./io/snapshots/snapshotFolder.ts";
import { snapshotPath } from "./io/snapshots/snapshotPath.ts";
import { SnapshotTaker } from "./io/snapshots/snapshotTaker.ts";
import type { ChainStore } from "./io/store.ts";
import { createChainMetrics, createPublisherMetrics } from "./metrics.ts";

/** A chain's configuration with its files read. */
export type ChainOptions = Omit<ChainConfig, "genesisFile" | "consensusKeyFile" | "passwordFile"> & {
  readonly genesis: GenesisDoc;
  /** Of the key that signs blocks; absent only for a CometBFT node that signs none. */
  readonly consensusSeed?: Uint8Array;
};

export type ChainModules = {
  readonly logger: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly register?: Registry;
  /** Rules that this version can begin with at a height. Default: those of the ledger. */
  readonly upgrades?: Upgrades;
};

export type ChainHandle = {
  /** "host:port" where the query API listens. */
  readonly endpoint: string;
  readonly port: number;
  readonly genesisHash: Uint8Array;
  /** Rejects when a fault stopped the chain; resolves after `close`. */
  readonly done: Promise<void>;
  readonly close: () => Promise<void>;
};

const MAX_REPLY_BYTES = 64 * 1024 ** 2;
/** A transaction is the largest request; one that is a little too large still gets its own code. */
const MAX_REQUEST_BYTES = TRANSACTION_LIMIT_BYTES + 4 * 1024;

/**
 * Opens the store, serves the query API and makes blocks, alone or with peers, until `close`.
 * @throws GanglionError CHAIN_STORE_*, CHAIN_CLOCK_BEHIND, CHAIN_KEY_NOT_IN_GENESIS, CHAIN_NO_CONSENSUS_KEY, CHAIN_NODE_*,
 * GRPC_PORT_IN_USE
 */
export async function startChain(options: ChainOptions, modules: ChainModules): Promise<ChainHandle> {
  assertVerifier();
  await useFastHasher();
  const opened = openStore(options.dataDir, options);
  const server = createGrpcServer(
    {
      host: options.host,
      port: options.port,
      maxMessageBytes: MAX_REPLY_BYTES,
      maxRequestBytes: MAX_REQUEST_BYTES,
    },
    modules,
  );
  try {
    return await startParts(options, modules, opened, server);
  } catch (error) {
    await server.close(0);
    await opened.close();
    throw error;
  }
}

async function startParts(
  options: ChainOptions,
  modules: ChainModules,
  opened: OpenStore,
  server: GrpcServer,
): Promise<ChainHandle> {
  const { genesis } = options;
  const verify = cacheSignatures(verifySignature);
  const folder = new SnapshotFolder(snapshotPath(options.dataDir), options.snapshots?.kept ?? 1);
  const application = new LedgerApplication(options, {
    store: opened.store,
    verifySignature: verify,
    oldestSnapshot: () => folder.list().at(-1)?.height,
    ...(modules.register && { metrics: createChainMetrics(modules.register) }),
    ...(modules.upgrades && { upgrades: modules.upgrades }),
  });
  const engine = createEngine(options, { ...modules, application, folder });
  const context = { application, store: opened.store, engine, genesis, verifySignature: verify };
  server.addService(
    chain.ChainServiceService,
    createChainService(context, new PeerBook(options.limits ?? DEFAULT_PEER_LIMITS)),
  );
  const port = await server.listen();
  await engine.start();
  const publisher = createPublisher(options, { ...modules, application, store: opened.store });
  publisher?.start();
  const taker = createTaker(options, { ...modules, application, folder });
  taker?.start();
  return {
    endpoint: `${options.host}:${port}`,
    port,
    genesisHash: application.genesisHash,
    done: engine.done,
    close: async () => {
      await engine.close();
      await taker?.close();
      await publisher?.close();
      await server.close();
      await opened.close();
    },
  };
}

type PublisherParts = ChainModules & {
  readonly application: LedgerApplication;
  readonly store: ChainStore;
};

function createPublisher(
  { nats }: ChainOptions,
  { application, store, logger, register }: PublisherParts,
): Publisher | undefined {
  if (nats === undefined) return undefined;
  return new Publisher({
    store,
    bell: application.bell,
    bus: new NatsBus({ ...nats, genesis: bytesToHex(application.genesisHash) }),
    logger,
    ...(register && { metrics: createPublisherMetrics(register) }),
  });
}

type EngineModules = ChainModules & {
  readonly application: LedgerApplication;
  readonly folder: SnapshotFolder;
};

function createTaker(
  { snapshots }: ChainOptions,
  { application, folder, logger }: EngineModules,
): SnapshotTaker | undefined {
  if (snapshots === undefined) return undefined;
  const { bell } = application;
  return new SnapshotTaker(snapshots.everyBlocks, { folder, bell, state: () => application.state, logger });
}

function createEngine(options: ChainOptions, modules: EngineModules): SoloEngine | CometbftEngine {
  const { genesis, cometbft, dataDir, mempool, consensusSeed } = options;
  const { application, folder, logger } = modules;
  const { chainId, params } = genesis;
  const blockIntervalMs = options.blockIntervalMs ?? params.blockTargetMs;
  const { genesisHash } = application;
  const height = (): number => application.head.height;
  if (cometbft !== undefined)
    return new CometbftEngine(
      {
        binary: cometbft.binary,
        home: nodeHome(dataDir),
        genesis,
        genesisHash,
        consensusSeed,
        settings: cometbft,
        limits: { ...mempool, blockIntervalMs, maxTxBytes: params.maxTxBytes },
      },
      {
        application,
        snapshots: new SnapshotExchange({
          folder,
          isEmpty: () => application.info().lastBlockHeight < application.info().initialHeight,
          restore: (state) => application.restore(state),
          logger,
        }),
        logger,
        height,
      },
    );
  if (consensusSeed === undefined)
    throw new GanglionError("CHAIN_NO_CONSENSUS_KEY", "blocks must be signed: give consensusKeyFile");
  return new SoloEngine(
    {
      chainId,
      genesisHash,
      validators: genesisSigners(genesis),
      signer: createSigner(consensusSeed),
      blockIntervalMs,
      maxBlockBytes: params.maxBlockBytes,
    },
    { application, clock: modules.clock ?? { nowMs: Date.now }, logger },
  );
}
