import { join } from "node:path";
import type { ChainClient, ChainParams } from "@ganglion/client";
import { PRESETS, type Preset } from "@ganglion/params";
import type { GrpcServer } from "@ganglion/runtime/grpc";
import { Registry } from "@ganglion/runtime/metrics";
import { bytesToHex, type Clock, GanglionError, type Hotkey, type Logger } from "@ganglion/types";
import type { validator } from "@ganglion/wire";
import { ChainFollower } from "./chainFollower.ts";
import type { ValidatorOptions } from "./config.ts";
import { buildReport } from "./core/buildReport.ts";
import { buildWeightRows } from "./core/buildWeightRows.ts";
import { PARAMETERS } from "./core/parameters.ts";
import { CheckpointFile } from "./io/checkpointFile.ts";
import { CommitStore } from "./io/commitStore.ts";
import { openLearner } from "./io/learner.ts";
import { loadSigner } from "./io/loadSigner.ts";
import { createMinerPool } from "./io/minerPool.ts";
import { ReplayFiles } from "./io/replayFiles.ts";
import { RowLog } from "./io/rowLog.ts";
import { openSources } from "./io/sources.ts";
import { createValidatorService } from "./io/validatorService.ts";
import { MarketLoop } from "./loop.ts";
import { completeText } from "./market/completeText.ts";
import { Market } from "./market/market.ts";
import { openMarketState } from "./market/openMarketState.ts";
import { createValidatorMetrics, type ValidatorMetrics } from "./metrics.ts";
import { ParamsFollower } from "./paramsFollower.ts";
import type { Learner, MinerPool, Sources } from "./ports.ts";
import { RoleDeclaration } from "./roleDeclaration.ts";
import { WeightSubmitter } from "./weightSubmitter.ts";

export type ComposeModules = {
  readonly client: ChainClient;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly register: Registry | undefined;
};

/** Everything a running validator consists of. */
export type Composition = {
  readonly hotkey: Hotkey;
  readonly follower: ChainFollower;
  readonly ledgerParams: ParamsFollower;
  readonly loop: MarketLoop;
  readonly submitter: WeightSubmitter;
  readonly declaration: RoleDeclaration;
  readonly server: GrpcServer;
  readonly report: () => validator.Report;
  /** After the loop has ended. */
  readonly release: () => Promise<void>;
};

/** Reads what is on disk and on the ledger and wires the parts; nothing runs yet. */
export async function compose(options: ValidatorOptions, modules: ComposeModules): Promise<Composition> {
  const { client, logger, clock } = modules;
  const signer = await loadSigner(options.identity);
  const [genesisHash, params, metagraph] = await Promise.all([
    client.genesisHash(),
    client.params(),
    client.metagraph(),
  ]);
  const preset = presetOf(params);
  const metrics = createValidatorMetrics(modules.register ?? new Registry(), options.name);
  const pool = createMinerPool(
    {
      genesisHash,
      timeoutMs: options.limits.forwardTimeoutMs,
      addresses: { allowPrivate: preset.allowPrivateAddresses },
    },
    { signer, clock, logger, onCall: ({ uid }, seconds, code) => metrics.asked(String(uid), seconds, code) },
  );
  const opened = await openMarket(options, preset, pool, clock);
  const { market, learner, sources } = opened;
  const follower = new ChainFollower(client, metagraph);
  const ledgerParams = new ParamsFollower(params.protocol, { client, logger, onRead: metrics.outdated });
  const loop = createLoop(options, { ...modules, metrics, follower, opened, self: signer.publicKey });
  const report = (): validator.Report =>
    buildReport({
      hotkey: signer.publicKey,
      height: follower.height,
      weightsVersionNeeded: ledgerParams.protocol.weightsVersion,
      epoch: follower.metagraph.epoch,
      stepMs: loop.stepMs,
      state: market.state,
      roster: loop.roster,
      domains: follower.metagraph.domains,
      supply: sources.supply(),
      health: pool.health(),
    });
  const completion = {
    state: market.state,
    pool,
    learner,
    k: opened.k,
    contextBytes: options.mixture.contextBytes,
  };
  const server = createValidatorService(
    { ...options.listen, maxCompletionBytes: options.limits.maxCompletionBytes },
    {
      logger,
      clock,
      report,
      roster: () => loop.roster,
      complete: (request, signal) => completeText(request, completion, signal),
    },
  );
  const store = new CommitStore(join(options.checkpointDir, "commits.json"), bytesToHex(genesisHash));
  await store.load();
  const submitter = new WeightSubmitter(genesisHash, {
    client,
    signer,
    store,
    logger,
    rules: () => ledgerParams.protocol,
    currentRows: () =>
      buildWeightRows({
        state: market.state,
        domains: follower.metagraph.domains,
        roster: loop.roster,
        health: pool.health(),
      }),
    onSubmit: metrics.submitted,
  });
  return {
    hotkey: signer.publicKey,
    follower,
    ledgerParams,
    loop,
    submitter,
    declaration: new RoleDeclaration(client, signer, options.publish, logger),
    server,
    report,
    release: async () => {
      await Promise.all([pool.close(), learner.close()]);
      client.close();
    },
  };
}

type OpenedMarket = {
  readonly market: Market;
  readonly learner: Learner;
  readonly sources: Sources;
  readonly checkpoint: CheckpointFile;
  readonly replayFiles: ReplayFiles;
  readonly k: number;
};

async function openMarket(
  options: ValidatorOptions,
  preset: Preset,
  pool: MinerPool,
  clock: Clock,
): Promise<OpenedMarket> {
  const { mixture, checkpointDir } = options;
  const checkpoint = new CheckpointFile(checkpointDir, PARAMETERS.checkpointSyncMs);
  const saved = await checkpoint.load();
  const sources = await openSources(options, preset.market, checkpointDir);
  const { state, memory } = openMarketState(saved, sources.domains, mixture.seed);
  const learner = await openLearner(state.parameters, options.threads);
  const k = mixture.k ?? preset.market.k;
  const newcomerSeats = mixture.newcomerSeats ?? preset.market.newcomerSeats;
  const modules = { pool, learner, sources, nowMs: clock.nowMs };
  const market = new Market(state, memory, { k, newcomerSeats }, modules);
  const replayFiles = new ReplayFiles(join(checkpointDir, "replays"));
  market.restoreRows(await replayFiles.load(memory.replays, state.step));
  return { market, learner, sources, checkpoint, replayFiles, k };
}

function createLoop(
  options: ValidatorOptions,
  modules: ComposeModules & {
    readonly metrics: ValidatorMetrics;
    readonly follower: ChainFollower;
    readonly opened: OpenedMarket;
    readonly self: Hotkey;
  },
): MarketLoop {
  const { opened, follower, metrics, self, clock, logger } = modules;
  return new MarketLoop(options.pace, {
    self,
    market: opened.market,
    sources: opened.sources,
    checkpoint: opened.checkpoint,
    replayFiles: opened.replayFiles,
    rowLog: new RowLog(join(options.checkpointDir, "rows.jsonl"), options.limits.maxRowLogBytes),
    metrics,
    clock,
    logger,
    metagraph: () => follower.metagraph,
  });
}

function presetOf(params: ChainParams): Preset {
  const preset = Object.values(PRESETS).find(({ name }) => name === params.preset);
  if (preset) return preset;
  throw new GanglionError(
    "VALIDATOR_UNKNOWN_PRESET",
    `the chain uses the preset "${params.preset}", which this version does not know: update it`,
    { preset: params.preset },
  );
}
