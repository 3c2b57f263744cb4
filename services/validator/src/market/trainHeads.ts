import {
  applyTraining,
  countTargets,
  createReplayBuffer,
  type MinerKey,
  type MixtureState,
  markReplayed,
  newcomerPhase,
  type ReplayBuffer,
  type TrainingRows,
  trainingFeeds,
} from "@ganglion/mixture";
import { PARAMETERS } from "../core/parameters.ts";
import type { StepPlan } from "../core/planStep.ts";
import { gatherTrainingRows, type PlanGates } from "../core/trainingRows.ts";
import type { Learner } from "../ports.ts";
import type { MinerStepAnswer } from "./askMiners.ts";

/** Stored replies of miners that were not replayed yet; a kill costs them, and they are collected again. */
export type ReplayStore = Map<MinerKey, ReplayBuffer>;

/** Trains each head on what its miner answered in this step; replays at most one newcomer, since that takes long. */
export async function trainHeads(
  state: MixtureState,
  plan: StepPlan,
  answers: ReadonlyMap<MinerKey, MinerStepAnswer>,
  gates: PlanGates,
  tools: { readonly learner: Learner; readonly replays: ReplayStore; readonly signal: AbortSignal },
): Promise<void> {
  countStepTargets(state, plan);
  let mayReplay = true;
  for (const [key, answer] of answers) {
    if (tools.signal.aborted) return;
    if (!state.miners.has(key)) continue;
    const rows = gatherTrainingRows(
      plan,
      answer.request,
      { scored: answer.scored, windows: answer.training?.windows },
      gates,
      state.parameters.dim,
    );
    if (rows.targets.length > 0) {
      await trainOnce(state, key, rows, tools.learner);
      keepForReplay(state, key, rows, tools.replays);
    }
    const due = replayDue(state, key, tools.replays.get(key)?.rows() ?? 0);
    if (due === "without") markReplayed(state, key);
    if (due !== "replay" || !mayReplay) continue;
    await replay(state, key, tools);
    mayReplay = false;
  }
}

/** The null player's counts: every target of the step once, whoever answered. */
function countStepTargets(state: MixtureState, plan: StepPlan): void {
  for (const { targets } of plan.windows) countTargets(state, targets);
  countTargets(
    state,
    Uint8Array.from(plan.contexts, ({ target }) => target),
  );
}

async function trainOnce(
  state: MixtureState,
  key: MinerKey,
  rows: TrainingRows,
  learner: Learner,
): Promise<void> {
  applyTraining(state, key, await learner.train(trainingFeeds(state, key, rows)));
}

function keepForReplay(state: MixtureState, key: MinerKey, rows: TrainingRows, replays: ReplayStore): void {
  const buffer = replays.get(key);
  if (newcomerPhase(state, key, buffer?.rows() ?? 0) === "serve") {
    replays.delete(key);
    return;
  }
  const { dim, newcomers } = state.parameters;
  const store = buffer ?? createReplayBuffer({ capacityRows: newcomers.replayRows, dim });
  if (!buffer) replays.set(key, store);
  store.push(rows);
}

/** With all rows at once; later with those there are; at last without. */
function replayDue(state: MixtureState, key: MinerKey, stored: number): "replay" | "without" | "no" {
  const phase = newcomerPhase(state, key, stored);
  if (phase !== "collect") return phase === "replay" ? "replay" : "no";
  const age = state.step - (state.miners.get(key)?.joinedStep ?? state.step);
  if (age >= PARAMETERS.replayPatienceSteps && stored >= state.parameters.newcomers.minReplayRows)
    return "replay";
  return age >= PARAMETERS.replayGiveUpSteps ? "without" : "no";
}

async function replay(
  state: MixtureState,
  key: MinerKey,
  { learner, replays, signal }: { learner: Learner; replays: ReplayStore; signal: AbortSignal },
): Promise<void> {
  for (let pass = 0; pass < state.parameters.newcomers.replayPasses; pass++)
    for (const rows of replays.get(key)?.batches(PARAMETERS.replayBatchRows, state.step + pass) ?? []) {
      if (signal.aborted) return;
      await trainOnce(state, key, rows, learner);
    }
  markReplayed(state, key);
  replays.delete(key);
}
