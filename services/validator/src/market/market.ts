import {
  addMiner,
  createRandom,
  forgetDeparted,
  type MinerKey,
  type MixtureState,
  markModelChanged,
  type Random,
  type RowScore,
  recordProbe,
  rememberDeparted,
  removeMiner,
  restoreSeniority,
} from "@ganglion/mixture";
import { PARAMETERS } from "../core/parameters.ts";
import { type PlanOptions, planStep, type StepPlan } from "../core/planStep.ts";
import { type MinerTrust, passesPrefixCheck } from "../core/prefixCheck.ts";
import { identityOf } from "../core/readRoster.ts";
import { computePlanGates } from "../core/trainingRows.ts";
import type { Learner, MinerPool, RosterMiner, Sources } from "../ports.ts";
import { askMiners, type MinerStepAnswer } from "./askMiners.ts";
import { createReplay, type ReplayMark, type ReplayStore, replayMarks, type StoredRows } from "./replay.ts";
import { scoreAnswers } from "./scoreAnswers.ts";
import { trainHeads } from "./trainHeads.ts";

export type MarketOptions = Pick<PlanOptions, "k" | "newcomerSeats">;

export type MarketModules = {
  readonly pool: MinerPool;
  readonly learner: Learner;
  readonly sources: Sources;
  readonly nowMs: () => number;
};

/** What a market remembers between steps beside the mixture; plain data. */
export type MarketMemory = {
  readonly randomState: number;
  readonly trust: readonly (readonly [MinerKey, MinerTrust])[];
  readonly replays: readonly ReplayMark[];
};

export type StepOutcome = {
  readonly step: number;
  readonly plan: StepPlan;
  readonly scores: readonly RowScore[];
  /** Duration by part, milliseconds. */
  readonly parts: Readonly<Record<"material" | "ask" | "score" | "train", number>>;
};

/** The learning judge: one `step` reads text, asks miners, scores what they said, then learns from it. */
export class Market {
  readonly state: MixtureState;
  readonly #options: MarketOptions;
  readonly #modules: MarketModules;
  readonly #random: Random;
  readonly #trust: Map<MinerKey, MinerTrust>;
  readonly #replays: ReplayStore;

  constructor(state: MixtureState, memory: MarketMemory, options: MarketOptions, modules: MarketModules) {
    this.state = state;
    this.#options = options;
    this.#modules = modules;
    this.#random = createRandom(memory.randomState);
    this.#trust = new Map(memory.trust);
    this.#replays = new Map(memory.replays.map((mark) => [mark.key, createReplay(state, mark)]));
  }

  /** Before the first step of a market that was resumed: what newcomers had answered. */
  restoreRows(stored: readonly StoredRows[]): void {
    for (const { key, rows } of stored) this.#replays.get(key)?.buffer.restore(rows);
  }

  /** Rows stored for newcomers since the last call: to be written before the checkpoint that knows of them. */
  takeUnsavedRows(): readonly StoredRows[] {
    return [...this.#replays.values()].flatMap((replay) => replay.unsaved.splice(0));
  }

  /** Miners that came or went since the last call; one without an endpoint stays, and is not asked. */
  setRoster(miners: readonly RosterMiner[], epoch: number): void {
    const present = new Set(miners.map(({ key }) => key));
    for (const key of [...this.state.miners.keys()]) {
      if (present.has(key)) continue;
      rememberDeparted(this.state, key, { identity: identityOf(key), epoch });
      removeMiner(this.state, key);
      this.#trust.delete(key);
      this.#replays.delete(key);
    }
    const { departedEpochs, departedMiners } = PARAMETERS;
    forgetDeparted(this.state, { beforeEpoch: epoch - departedEpochs, most: departedMiners });
    for (const { key, host } of miners)
      if (host !== "" && !this.state.miners.has(key)) addMiner(this.state, key);
    this.#modules.pool.update(miners);
  }

  /** Whether there is anybody to ask: text is not spent on nobody. */
  hasMiners(): boolean {
    return this.#reachable().size > 0;
  }

  memory(): MarketMemory {
    return {
      randomState: this.#random.state(),
      trust: [...this.#trust],
      replays: replayMarks(this.#replays),
    };
  }

  /** @returns undefined when it was aborted before anything counted */
  async step(epoch: number, signal: AbortSignal): Promise<StepOutcome | undefined> {
    const { pool, learner, sources, nowMs } = this.#modules;
    const startMs = nowMs();
    const number = this.state.step;
    const withProbes = number % PARAMETERS.probeEverySteps === 0;
    const material = await sources.next({ epoch, step: number, withProbes });
    const plan = planStep(this.state, material, { ...this.#planOptions(), reachable: this.#reachable() });
    const askedMs = nowMs();
    const answers = await askMiners(pool, plan, this.state.parameters.dim, signal);
    if (signal.aborted) return undefined;
    const answeredMs = nowMs();
    for (const answer of answers.values()) this.#learnBehaviour(plan, answer);
    const gates = computePlanGates(this.state, plan);
    const scores = await scoreAnswers(this.state, plan, answers, learner);
    const scoredMs = nowMs();
    await trainHeads(this.state, plan, answers, gates, { learner, replays: this.#replays, signal });
    const parts = {
      material: askedMs - startMs,
      ask: answeredMs - askedMs,
      score: scoredMs - answeredMs,
      train: nowMs() - scoredMs,
    };
    return { step: number, plan, scores, parts };
  }

  #planOptions(): Omit<PlanOptions, "reachable"> {
    return {
      ...this.#options,
      explorationSeats: PARAMETERS.explorationSeats,
      probeShare: PARAMETERS.probeShare,
      random: this.#random,
      trust: this.#trust,
    };
  }

  #reachable(): ReadonlyMap<MinerKey, number> {
    const reachable = this.#modules.pool.reachable();
    return new Map([...reachable].filter(([key]) => this.state.miners.has(key)));
  }

  /** Model changes, prefix checks and probes: what an answer says about its miner beside its rows. */
  #learnBehaviour(plan: StepPlan, { request, training, modelDigest }: MinerStepAnswer): void {
    const { key, check } = request;
    if (modelDigest === undefined || !this.state.miners.has(key)) return;
    const known = this.#trust.get(key);
    if (known && known.modelDigest !== modelDigest) {
      markModelChanged(this.state, key);
      // Its stored rows are another model's; prefix trust must be earned again, but the last word holds until then.
      this.#replays.delete(key);
      this.#trust.set(key, { ...known, modelDigest, checkedStep: -PARAMETERS.prefixCheckEverySteps });
    }
    if (check && training?.check) {
      const passed = passesPrefixCheck(
        check,
        training.check[0],
        training.check[1],
        this.state.parameters.dim,
      );
      this.#trust.set(key, { passed, checkedStep: this.state.step, modelDigest });
    }
    if (training && plan.probes.length > 0) this.#learnProbe(key, training.probes);
  }

  #learnProbe(key: MinerKey, answers: Float32Array): void {
    const isFirst = this.state.miners.get(key)?.probe === undefined;
    if (recordProbe(this.state, key, answers)) this.#replays.delete(key);
    if (isFirst) restoreSeniority(this.state, key, identityOf(key));
  }
}
