import {
  DEFAULT_PLAN,
  DEFAULT_SHAPE,
  type SignedModelCard,
  stepsFor,
  type TrainingPlan,
} from "@ganglion/expert";
import type { Signer } from "@ganglion/keys";
import { bytesToHex, errorCode, errorMessage, type Logger } from "@ganglion/types";
import type { TrainerOptions } from "./config.ts";
import { holdOut } from "./core/holdOut.ts";
import { folderSigner } from "./io/folderSigner.ts";
import { publishVersion, readPublished } from "./io/modelFolder.ts";
import { readDocuments } from "./io/readDocuments.ts";
import { Training } from "./training.ts";

/** How far a training is. Bits are bits per byte; the held-out figure is the newest known. */
export type TrainingProgress = {
  readonly step: number;
  readonly steps: number;
  readonly trainBits: number;
  readonly heldOutBits?: number;
  readonly etaMs: number;
};

export type TrainerModules = {
  readonly logger: Logger;
  /** Called after each step. */
  readonly progress?: (progress: TrainingProgress) => void;
  /** Signs the cards; absent: a key of the model folder. */
  readonly signer?: Signer;
  /** Called when a version can be served. */
  readonly published?: (card: SignedModelCard) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds from any fixed start. */
  readonly nowMs?: () => number;
};

export type TrainerHandle = {
  /** Steps that an earlier run had taken already, and all that the training has. */
  readonly step: number;
  readonly steps: number;
  /** The last version's card when the training is complete or closed; rejects when it fails. */
  readonly done: Promise<SignedModelCard | undefined>;
  /** Stops after the step in flight and saves a checkpoint. */
  readonly close: () => Promise<void>;
};

const ETA_SMOOTHING = 0.1;
/** Bits a byte by which a newer version may measure worse: the measure is a sample. */
const TOLERANCE_BITS = 0.02;

/** Trains an expert, or continues; publishes versions on the way and at the end. */
export async function startTrainer(options: TrainerOptions, modules: TrainerModules): Promise<TrainerHandle> {
  const stop = new AbortController();
  const signals = modules.signal === undefined ? [stop.signal] : [stop.signal, modules.signal];
  const signal = AbortSignal.any(signals);
  const { cacheDir } = options;
  const documents = await readDocuments(options.text, {
    cacheDir,
    split: "experts",
    logger: modules.logger,
    signal,
  });
  const shape = options.shape ?? DEFAULT_SHAPE;
  const text = holdOut(documents, shape.window);
  const batch = options.batch ?? DEFAULT_PLAN.batch;
  const plan: TrainingPlan = {
    ...DEFAULT_PLAN,
    steps: options.steps ?? stepsFor(text.learned.text.length, shape.window, batch),
    batch,
    seed: options.seed ?? DEFAULT_PLAN.seed,
  };
  const { modelDir, threads, fresh } = options;
  const training = await Training.open({ shape, plan, text, modelDir, threads, fresh });
  const { step } = training;
  const done = trainAndClose(training, plan, options, { ...modules, signal });
  // Whoever waits for `done` sees the failure; `close` alone must not leave it unhandled.
  done.catch(() => undefined);
  return {
    step,
    steps: plan.steps,
    done,
    close: async () => {
      stop.abort();
      await done.then(
        () => undefined,
        () => undefined,
      );
    },
  };
}

async function trainAndClose(...job: Parameters<typeof train>): Promise<SignedModelCard | undefined> {
  try {
    return await train(...job);
  } finally {
    await job[0].close();
  }
}

async function train(
  training: Training,
  plan: TrainingPlan,
  options: TrainerOptions,
  modules: TrainerModules & { readonly signal: AbortSignal },
): Promise<SignedModelCard | undefined> {
  const now = modules.nowMs ?? (() => performance.now());
  const signer = modules.signer ?? (await folderSigner(options.modelDir));
  let card = await earlierCard(training, options, { ...modules, signer });
  let stepMs: number | undefined;
  let unsaved = 0;
  while (training.step < plan.steps && !modules.signal.aborted) {
    const started = now();
    const trainBits = await training.advance();
    unsaved++;
    if (training.step % options.publishEverySteps === 0 || training.step === plan.steps)
      card = await publishIfBetter(training, plan, options, { ...modules, signer, card });
    if (training.step % options.checkpointEverySteps === 0) {
      await training.save();
      unsaved = 0;
    }
    const tookMs = now() - started;
    stepMs = stepMs === undefined ? tookMs : stepMs + ETA_SMOOTHING * (tookMs - stepMs);
    modules.progress?.({
      step: training.step,
      steps: plan.steps,
      trainBits,
      ...(card !== undefined && { heldOutBits: card.heldOutBitsPerByte }),
      etaMs: Math.round(stepMs * (plan.steps - training.step)),
    });
  }
  if (unsaved > 0) await training.save();
  // A kill between the last checkpoint and its version, or a lost version, leaves this to be made up for.
  if (training.step >= plan.steps && card === undefined)
    card = await publishIfBetter(training, plan, options, { ...modules, signer, card });
  return card;
}

/** Of versions that are published again. */
const UNUSABLE: ReadonlySet<string> = new Set([
  "EXPERT_BAD_CARD",
  "EXPERT_BAD_SIGNATURE",
  "EXPERT_UNSIGNED_CARD",
  "TRAINER_BAD_MODEL",
]);

/** What an earlier run of the same training published and the same key signed. */
async function earlierCard(
  training: Training,
  options: TrainerOptions,
  { signer, logger }: { readonly signer: Signer; readonly logger: Logger },
): Promise<SignedModelCard | undefined> {
  const published = await readPublished(options.modelDir).catch((error: unknown) => {
    if (!UNUSABLE.has(errorCode(error))) throw error;
    logger.warn("the version before is published again", {
      code: errorCode(error),
      error: errorMessage(error),
    });
    return undefined;
  });
  const card = published?.card;
  const isOurs = card?.dataDigest === training.dataDigest && card.signer === bytesToHex(signer.publicKey);
  return options.fresh || !isOurs ? undefined : card;
}

/** Small text is soon known by heart: a version that is worse on held-out text does not replace a better one. */
async function publishIfBetter(
  training: Training,
  plan: TrainingPlan,
  options: TrainerOptions,
  modules: TrainerModules & { readonly signer: Signer; readonly card: SignedModelCard | undefined },
): Promise<SignedModelCard> {
  const heldOutBitsPerByte = await training.heldOutBits();
  const earlier = modules.card;
  const fields = { model: options.name, step: training.step, heldOutBitsPerByte: round(heldOutBitsPerByte) };
  if (earlier !== undefined && heldOutBitsPerByte > earlier.heldOutBitsPerByte + TOLERANCE_BITS) {
    modules.logger.info("earlier version kept", { ...fields, kept: earlier.trainedSteps });
    return earlier;
  }
  const facts = {
    format: 1,
    name: options.name,
    plugin: "expert",
    shape: options.shape ?? DEFAULT_SHAPE,
    parameterCount: training.parameterCount,
    dataDigest: training.dataDigest,
    heldOutBitsPerByte,
    trainedSteps: training.step,
    plannedSteps: plan.steps,
    license: options.license,
  } as const;
  const models = await training.exportModels();
  const card = await publishVersion(options.modelDir, models, facts, modules.signer);
  modules.logger.info("model version published", { ...fields, modelDigest: card.modelDigest });
  modules.published?.(card);
  return card;
}

function round(bits: number): number {
  return Number(bits.toFixed(4));
}
