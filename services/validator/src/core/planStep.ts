import {
  type AskContext,
  type ContextFeatures,
  contextFeatures,
  type MinerKey,
  type MixtureState,
  planAsks,
  type Random,
} from "@ganglion/mixture";
import type { ProbeText, ScoredText, StepMaterial, TrainingWindow } from "./material.ts";
import { type MinerTrust, needsPrefixCheck, type PrefixCheck, planPrefixCheck } from "./prefixCheck.ts";

type PlannedContext = ScoredText & {
  readonly features: ContextFeatures;
  readonly purpose: "scored" | "probe";
};
type PlannedWindow = TrainingWindow & { readonly features: ContextFeatures };

/** What one miner is asked in one step. */
export type MinerRequest = {
  readonly key: MinerKey;
  /** Indices of contexts, asked LAST. */
  readonly scored: readonly number[];
  /** Indices of windows. */
  readonly windows: readonly number[];
  /** Windows are asked with all their positions; otherwise LAST of their prefix. */
  readonly manyPositions: boolean;
  readonly check: PrefixCheck | undefined;
};

export type StepPlan = {
  readonly contexts: readonly PlannedContext[];
  readonly windows: readonly PlannedWindow[];
  /** Asked of every reachable miner. */
  readonly probes: readonly ProbeText[];
  readonly requests: readonly MinerRequest[];
};

export type PlanOptions = {
  readonly k: number;
  readonly newcomerSeats: number;
  readonly explorationSeats: number;
  /** Part of the scored contexts that also ask copies, so that their similarity stays measured. */
  readonly probeShare: number;
  readonly random: Random;
  readonly reachable: ReadonlyMap<MinerKey, number>;
  readonly trust: ReadonlyMap<MinerKey, MinerTrust>;
};

/** Whom to ask for what: top-k by gate, seats for newcomers, exploration; copies only on probe rows. */
export function planStep(state: MixtureState, material: StepMaterial, options: PlanOptions): StepPlan {
  const contexts = material.scored.map(
    (text): PlannedContext => ({
      ...text,
      features: contextFeatures(text.text),
      purpose: options.random.next() < options.probeShare ? "probe" : "scored",
    }),
  );
  const windows = material.windows.map(
    (window): PlannedWindow => ({
      ...window,
      features: contextFeatures(window.text.subarray(0, window.prefixBytes)),
    }),
  );
  const scoredAsks = planAsks(state, contexts, options);
  const trainingAsks = planAsks(
    state,
    windows.map(({ features, domain }): AskContext => ({ features, domain, purpose: "training" })),
    options,
  );
  const scored = indicesByMiner(scoredAsks);
  const training = indicesByMiner(trainingAsks);
  const requests = [...options.reachable.keys()].map((key): MinerRequest => {
    const trust = options.trust.get(key);
    const check = needsPrefixCheck(trust, state.step) ? planPrefixCheck(windows, options.random) : undefined;
    return {
      key,
      scored: scored.get(key) ?? [],
      windows: training.get(key) ?? [],
      manyPositions: trust?.passed ?? false,
      check,
    };
  });
  return { contexts, windows, probes: material.probes, requests };
}

function indicesByMiner(asks: readonly (readonly MinerKey[])[]): ReadonlyMap<MinerKey, number[]> {
  const byMiner = new Map<MinerKey, number[]>();
  asks.forEach((keys, index) => {
    for (const key of keys) {
      const indices = byMiner.get(key);
      if (indices) indices.push(index);
      else byMiner.set(key, [index]);
    }
  });
  return byMiner;
}
