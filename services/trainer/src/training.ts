import { join } from "node:path";
import { bitsPerByte, type WindowSampler } from "@ganglion/corpus";
import {
  buildEvaluationGraph,
  buildForwardModel,
  buildHeadModel,
  buildTrainingGraph,
  type ExpertShape,
  firstMoment,
  initialParameters,
  parameterCount,
  parameterSpecs,
  secondMoment,
  stepRates,
  type TrainingPlan,
} from "@ganglion/expert";
import { openSession, type Session, type TensorRecord } from "@ganglion/inference";
import { float32Tensor, type Tensor } from "@ganglion/onnx";
import { bytesToHex, GanglionError } from "@ganglion/types";
import { type Batch, drawBatch } from "./core/batch.ts";
import { digestOfText, samplerOf, type TrainingText } from "./core/holdOut.ts";
import { loadCheckpoint, saveCheckpoint, type TrainingIdentity } from "./io/checkpointFile.ts";

const EVALUATION = "evaluation";
const EVALUATION_BATCHES = 8;
const EVALUATION_SEED = 0x5eed;
const CHECKPOINT = "training.checkpoint";

export type TrainingSetup = {
  readonly shape: ExpertShape;
  readonly plan: TrainingPlan;
  readonly text: TrainingText;
  readonly modelDir: string;
  readonly threads: number;
  readonly fresh: boolean;
};

/** An expert under training: its session and where it is. */
export class Training {
  readonly dataDigest: string;
  readonly #setup: TrainingSetup;
  readonly #session: Session;
  readonly #learned: WindowSampler;
  readonly #heldOut: WindowSampler;
  #step: number;

  private constructor(setup: TrainingSetup, session: Session, step: number) {
    this.#setup = setup;
    this.#session = session;
    this.#step = step;
    this.dataDigest = bytesToHex(digestOfText(setup.text));
    this.#learned = samplerOf(setup.text.learned, setup.shape.window);
    this.#heldOut = samplerOf(setup.text.heldOut, setup.shape.window);
  }

  /** Continues from the folder's checkpoint, or starts. @throws GanglionError TRAINER_OTHER_TRAINING | TRAINER_BAD_CHECKPOINT */
  static async open(setup: TrainingSetup): Promise<Training> {
    const { shape, plan } = setup;
    const checkpoint = setup.fresh ? undefined : await loadCheckpoint(join(setup.modelDir, CHECKPOINT));
    if (checkpoint !== undefined) checkSame(checkpoint, identityOf(setup), setup.modelDir);
    const model = buildTrainingGraph(shape, plan.batch);
    const session = await openSession({
      model: model.bytes,
      companions: { [EVALUATION]: buildEvaluationGraph(shape, plan.batch).bytes },
      feedback: model.feedback,
      state: checkpoint?.state ?? startingState(setup),
      threads: setup.threads,
    });
    return new Training(setup, session, checkpoint?.step ?? 0);
  }

  /** Steps done so far. */
  get step(): number {
    return this.#step;
  }

  /** One step; the mean cost of its bytes in bits, before it. */
  async advance(): Promise<number> {
    const { plan } = this.#setup;
    const step = this.#step + 1;
    const { stepSize, shrink } = stepRates(plan, step);
    const batch = this.#draw(this.#learned, plan.seed, step);
    const { loss } = await this.#session.run({
      ...batch,
      stepSize: scalar(stepSize),
      shrink: scalar(shrink),
    });
    const bits = bitsPerByte([Number(loss?.data[0])]);
    if (!Number.isFinite(bits))
      throw new GanglionError(
        "TRAINER_DIVERGED",
        `the cost is no longer a number at step ${step}; train again with --fresh and another --seed`,
        { step },
      );
    this.#step = step;
    return bits;
  }

  /** Own head on held-out windows, over their later halves. */
  async heldOutBits(): Promise<number> {
    const { window } = this.#setup.shape;
    const later: number[] = [];
    for (let index = 0; index < EVALUATION_BATCHES; index++) {
      const batch = this.#draw(this.#heldOut, EVALUATION_SEED, index);
      const { losses } = await this.#session.run(batch, { graph: EVALUATION });
      losses?.data.forEach((nats, place) => {
        if (place % window >= window / 2) later.push(Number(nats));
      });
    }
    return bitsPerByte(later);
  }

  async save(): Promise<void> {
    const state = await this.#session.readState();
    await saveCheckpoint(join(this.#setup.modelDir, CHECKPOINT), {
      ...identityOf(this.#setup),
      step: this.#step,
      state,
    });
  }

  /** The present weights as models to serve. */
  async exportModels(): Promise<{ readonly model: Uint8Array; readonly head: Uint8Array }> {
    const names = parameterSpecs(this.#setup.shape).map(({ name }) => name);
    const parameters = await this.#session.readState(names);
    return { model: buildForwardModel(this.#setup.shape, parameters), head: buildHeadModel(parameters) };
  }

  get parameterCount(): number {
    return parameterCount(this.#setup.shape);
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  #draw(sampler: WindowSampler, seed: number, step: number): Batch {
    return drawBatch(
      sampler,
      { batch: this.#setup.plan.batch, window: this.#setup.shape.window },
      seed,
      step,
    );
  }
}

function startingState({ shape, plan }: TrainingSetup): TensorRecord {
  const state: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(initialParameters(shape, plan.seed))) {
    state[name] = tensor;
    for (const moment of [firstMoment(name), secondMoment(name)])
      state[moment] = float32Tensor(new Float32Array(tensor.data.length), tensor.shape);
  }
  return state;
}

function identityOf({ shape, plan, text }: TrainingSetup): TrainingIdentity {
  return { shape, seed: plan.seed, batch: plan.batch, dataDigest: bytesToHex(digestOfText(text)) };
}

function checkSame(stored: TrainingIdentity, wanted: TrainingIdentity, modelDir: string): void {
  const text = ({ shape, seed, batch, dataDigest }: TrainingIdentity) =>
    JSON.stringify([
      shape.width,
      shape.blocks,
      shape.heads,
      shape.window,
      shape.shifts,
      seed,
      batch,
      dataDigest,
    ]);
  if (text(stored) !== text(wanted))
    throw new GanglionError(
      "TRAINER_OTHER_TRAINING",
      `${modelDir} holds a training of other text, sizes or seed; choose another folder, or --fresh to forget it`,
      { modelDir },
    );
}

function scalar(value: number): Tensor {
  return float32Tensor(Float32Array.of(value), []);
}
