import {
  applyTraining,
  countTargets,
  type MinerKey,
  type MixtureState,
  markReplayed,
  newcomerPhase,
  type TrainingRows,
  trainingFeeds,
} from "@ganglion/mixture";
import { PARAMETERS } from "../core/parameters.ts";
import type { StepPlan } from "../core/planStep.ts";
import { gatherTrainingRows, type PlanGates } from "../core/trainingRows.ts";
import type { Learner } from "../ports.ts";
import type { MinerStepAnswer } from "./askMiners.ts";
import { createReplay, openBatches, type ReplayStore, storeRows } from "./replay.ts";

/** Trains each head on what its miner answered in this step, and goes on with the oldest newcomer's replay. */
export async function trainHeads(
  state: MixtureState,
  plan: StepPlan,
  answers: ReadonlyMap<MinerKey, MinerStepAnswer>,
  gates: PlanGates,
  tools: { readonly learner: Learner; readonly replays: ReplayStore; readonly signal: AbortSignal },
): Promise<void> {
  countStepTargets(state, plan);
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
    if (rows.targets.length === 0) continue;
    await trainOnce(state, key, rows, tools.learner);
    keepForReplay(state, key, rows, tools.replays);
  }
  await continueReplays(state, tools);
}

/** The null player's counts: every target of the step once, whoever answered. */
function countStepTargets(state: MixtureState, plan: StepPlan): void {
  for (const { domain, targets } of plan.windows) countTargets(state, domain, targets);
  for (const { domain, target } of plan.contexts) countTargets(state, domain, Uint8Array.of(target));
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
  if (state.miners.get(key)?.replayed) return;
  const replay = replays.get(key) ?? createReplay(state, { since: state.step });
  replays.set(key, replay);
  storeRows(state, key, replay, rows);
}

/** A replay takes as long as many steps, so each step does a part of one: the market goes on meanwhile. */
async function continueReplays(
  state: MixtureState,
  { learner, replays, signal }: { learner: Learner; replays: ReplayStore; signal: AbortSignal },
): Promise<void> {
  let batches: number = PARAMETERS.replayBatchesPerStep;
  for (const [key, replay] of replays) {
    const due = replayDue(state, key, replay.buffer.rows());
    if (due === "no" && !replay.begun) continue;
    if (due === "replay") replay.begun ??= { seed: state.step, batches: 0 };
    const { begun } = replay;
    if (begun) replay.batches ??= openBatches(state, replay.buffer, begun);
    while (begun && replay.batches && batches > 0 && !signal.aborted) {
      const next = replay.batches.next();
      if (next.done) replay.batches = undefined;
      else {
        await trainOnce(state, key, next.value, learner);
        begun.batches++;
      }
      batches--;
    }
    if (replay.batches) return;
    markReplayed(state, key);
    replays.delete(key);
  }
}

/** With all rows at once; later with those there are; at last without. */
function replayDue(state: MixtureState, key: MinerKey, stored: number): "replay" | "without" | "no" {
  const phase = newcomerPhase(state, key, stored);
  if (phase !== "collect") return phase === "replay" ? "replay" : "no";
  const { joinedStep = state.step, behaviourSince = state.step } = state.miners.get(key) ?? {};
  // A behaviour may be older than this tenure.
  const age = state.step - Math.max(joinedStep, behaviourSince);
  if (age >= PARAMETERS.replayPatienceSteps && stored >= state.parameters.newcomers.minReplayRows)
    return "replay";
  return age >= PARAMETERS.replayGiveUpSteps ? "without" : "no";
}
