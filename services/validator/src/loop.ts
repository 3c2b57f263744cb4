import { setTimeout as sleep } from "node:timers/promises";
import { reportDomain } from "@ganglion/mixture";
import type { Clock, Hotkey, Logger } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { ValidatorOptions } from "./config.ts";
import { describeRows } from "./core/describeRows.ts";
import { readRoster } from "./core/readRoster.ts";
import type { CheckpointFile } from "./io/checkpointFile.ts";
import type { ReplayFiles } from "./io/replayFiles.ts";
import type { RowLog } from "./io/rowLog.ts";
import { encodeMarket } from "./market/checkpointCodec.ts";
import type { Market, StepOutcome } from "./market/market.ts";
import type { ValidatorMetrics } from "./metrics.ts";
import type { RosterMiner, Sources } from "./ports.ts";

export type LoopModules = {
  readonly self: Hotkey;
  readonly market: Market;
  readonly sources: Pick<Sources, "supply">;
  readonly checkpoint: CheckpointFile;
  readonly replayFiles: ReplayFiles;
  readonly rowLog: RowLog;
  readonly metrics: ValidatorMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The ledger as last seen. */
  readonly metagraph: () => chain.Metagraph;
};

/** Pause when there is nobody to ask. */
const IDLE_MS = 500;
const STEP_AVERAGE = 0.1;
/** One line a step would be a flood; one in so many tells the story. */
const LOG_EVERY_STEPS = 20;

/** Steps the market until it is told to stop; a step counts when its checkpoint is written. */
export class MarketLoop {
  readonly #pace: ValidatorOptions["pace"];
  readonly #modules: LoopModules;
  readonly #usedUp = new Set<string>();
  #roster: readonly RosterMiner[] = [];
  #stepMs = 0;

  constructor(pace: ValidatorOptions["pace"], modules: LoopModules) {
    this.#pace = pace;
    this.#modules = modules;
  }

  get roster(): readonly RosterMiner[] {
    return this.#roster;
  }

  /** Moving average of a step's duration. */
  get stepMs(): number {
    return this.#stepMs;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#modules;
    while (!signal.aborted) {
      const startMs = clock.nowMs();
      const stepped = await this.#stepOnce(signal);
      const tookMs = clock.nowMs() - startMs;
      await pause(stepped ? this.#restMs(tookMs) : IDLE_MS, signal);
    }
  }

  async #stepOnce(signal: AbortSignal): Promise<boolean> {
    const { market, metagraph, self, clock } = this.#modules;
    const view = metagraph();
    this.#roster = readRoster(view, self);
    market.setRoster(this.#roster, view.epoch);
    if (!market.hasMiners()) return false;
    const startMs = clock.nowMs();
    const outcome = await market.step(view.epoch, signal);
    if (!outcome) return false;
    await this.#finish(outcome, startMs);
    return true;
  }

  async #finish(outcome: StepOutcome, startMs: number): Promise<void> {
    const { market, checkpoint, replayFiles, rowLog, clock, metrics } = this.#modules;
    const uids = new Map(this.#roster.map(({ key, uid }) => [key, uid]));
    await rowLog.append(describeRows(outcome.step, outcome.plan, outcome.scores, uids));
    const savedFromMs = clock.nowMs();
    const memory = market.memory();
    await replayFiles.append(market.takeUnsavedRows());
    await checkpoint.save(encodeMarket({ state: market.state, memory }), savedFromMs);
    await replayFiles.keep(memory.replays);
    const endMs = clock.nowMs();
    metrics.checkpointed((endMs - savedFromMs) / 1_000);
    const tookMs = endMs - startMs;
    this.#stepMs = this.#stepMs === 0 ? tookMs : this.#stepMs + STEP_AVERAGE * (tookMs - this.#stepMs);
    this.#tell(outcome, tookMs);
  }

  #tell(outcome: StepOutcome, tookMs: number): void {
    const { metrics, logger } = this.#modules;
    metrics.stepped();
    for (const [part, ms] of Object.entries(outcome.parts)) metrics.part(part, ms / 1_000);
    for (const { domain } of outcome.scores) metrics.scored(domain);
    this.#tellDomains();
    if (outcome.step % LOG_EVERY_STEPS !== 0) return;
    const jointBits = outcome.scores.reduce((sum, { jointLoss }) => sum + jointLoss, 0) / Math.LN2;
    logger.info("market stepped", {
      step: outcome.step,
      miners: this.#roster.length,
      scored: outcome.scores.length,
      jointBitsPerByte: Math.round((1e3 * jointBits) / Math.max(1, outcome.scores.length)) / 1e3,
      tookMs: Math.round(tookMs),
      askMs: Math.round(outcome.parts.ask),
      trainMs: Math.round(outcome.parts.train),
    });
  }

  #tellDomains(): void {
    const { metrics, market, sources } = this.#modules;
    const uids = new Map(this.#roster.map(({ key, uid }) => [key, uid]));
    for (const { domain, scoringBytesLeft } of sources.supply()) {
      if (scoringBytesLeft === 0) this.#tellUsedUp(domain);
      const { jointBitsPerByte, bestSingle, miners } = reportDomain(market.state, domain);
      const joint = jointBitsPerByte ?? 0;
      metrics.domain(domain, { joint, single: bestSingle?.bitsPerByte ?? 0, left: scoringBytesLeft });
      for (const { miner, routing, score } of miners)
        metrics.miner(domain, String(uids.get(miner)), { routing, score });
    }
  }

  /** Once a domain and run. */
  #tellUsedUp(domain: string): void {
    if (this.#usedUp.has(domain)) return;
    this.#usedUp.add(domain);
    this.#modules.logger.warn("held-back text is used up: earnings hold as they are; add a heldBack source", {
      domain,
    });
  }

  /** Leaves the machine its part of the time. */
  #restMs(tookMs: number): number {
    const { minStepMs, busyShare } = this.#pace;
    return Math.max(0, minStepMs - tookMs, tookMs / busyShare - tookMs);
  }
}

/** Also yields to the event loop when there is nothing to wait for. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
