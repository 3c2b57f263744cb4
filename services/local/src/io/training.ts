import { trainingOf } from "@ganglion/resources";
import { readPublished } from "@ganglion/trainer";
import { GanglionError } from "@ganglion/types";
import type { NetworkEvent } from "../core/changes.ts";
import type { MinerIdentity } from "../core/planNetwork.ts";
import type { ProgramView } from "../core/snapshot.ts";
import { type TrainerExit, type TrainingEnd, trainingEnd } from "../core/trainingEnd.ts";
import { ProgramChild, type ProgressFields } from "./programChild.ts";
import { mainOf } from "./programs.ts";
import type { StateFolder } from "./stateFolder.ts";

type TrainingOptions = {
  readonly folder: StateFolder;
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly emit: (event: NetworkEvent) => void;
};

type Job = { readonly child: ProgramChild; state: string; serves: boolean; complete: boolean };

/** The market cannot begin without a first version; better ones share the machine with it as equals. */
const NICENESS_ONCE_SERVED = 5;
/** Of one training that is killed before it says why. */
const ATTEMPTS = 3;
/** An event each time so much of a training is done. */
const REPORT_SHARE = 0.25;

/** Trains the experts that are missing, all side by side. */
export class Trainings {
  readonly #options: TrainingOptions;
  readonly #running = new Map<string, Job>();
  /** Where the old model is, by the name of one that is trained anew. */
  readonly #kept = new Map<string, string>();
  #stopping = false;

  constructor(options: TrainingOptions) {
    this.#options = options;
  }

  get jobs(): readonly ProgramView[] {
    return [...this.#running].map(([name, { state }]) => {
      const kept = this.#kept.get(name);
      const anew = kept === undefined ? "" : `, anew: its plan changed, the old model is kept in ${kept}`;
      return { name: `training ${name}`, state: `${state}${anew}` };
    });
  }

  /** Metrics texts of the trainings that run. */
  metrics(): Promise<readonly string[]> {
    return Promise.all([...this.#running.values()].map(({ child }) => child.metrics()));
  }

  /** @throws GanglionError of the first trainer that failed */
  async run(identities: readonly MinerIdentity[]): Promise<void> {
    await Promise.all(identities.map((identity) => this.#train(identity)));
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#running.values()].map(({ child }) => child.stop(deadlineMs)));
  }

  async #train({ miner, name, ordinal }: MinerIdentity): Promise<void> {
    const { folder, cacheDir, emit } = this.#options;
    const wanted = trainingOf(miner, ordinal);
    if (wanted === undefined) return;
    const modelDir = folder.path("models", name);
    const source = wanted.corpus ? { corpus: wanted.corpus } : { file: wanted.file };
    const steps = wanted.steps === undefined ? {} : { steps: wanted.steps };
    const config = `${JSON.stringify({ name, text: source, modelDir, cacheDir, ...steps }, null, 2)}\n`;
    const doneFile = `config/train-${name}.done.json`;
    if (folder.read(doneFile) === config && (await isServable(modelDir))) return;
    if (await this.#runToEnd(name, config)) {
      folder.write(doneFile, config);
      emit({ event: "trained", name });
    }
  }

  /** @returns whether it took its last step; if not, the network is being stopped */
  async #runToEnd(name: string, config: string): Promise<boolean> {
    const { folder, emit } = this.#options;
    for (let attempt = 1; !this.#ends; attempt++) {
      const exit = await this.#runTrainer(name, folder.write(`config/train-${name}.json`, config));
      if (this.#ends) break;
      const end = trainingEnd(exit);
      if (end.kind === "done") return true;
      if (end.kind === "otherTraining" && !this.#kept.has(name)) {
        const kept = folder.moveAside(`models/${name}`);
        this.#kept.set(name, kept);
        emit({ event: "trainedAnew", name, kept, reason: "its text, sizes, seed or plan changed" });
        continue;
      }
      if (end.kind !== "again" || attempt >= ATTEMPTS) throw this.#failure(name, end);
      emit({ event: "trainingAgain", name, reason: end.reason });
    }
    return false;
  }

  #failure(name: string, end: Exclude<TrainingEnd, { kind: "done" }>): GanglionError {
    return new GanglionError(
      end.kind === "again" ? "LOCAL_TRAINING_FAILED" : end.code,
      `training ${name} failed: ${end.reason}: see ${this.#options.folder.path("logs", `train-${name}.log`)}`,
      { name },
    );
  }

  get #ends(): boolean {
    return this.#stopping || this.#options.signal.aborted;
  }

  /** A killed trainer continues from its checkpoint when it is started again. */
  async #runTrainer(name: string, configFile: string): Promise<TrainerExit> {
    const child = new ProgramChild({
      name: `train-${name}`,
      main: mainOf("trainer"),
      configFile,
      logFile: this.#options.folder.path("logs", `train-${name}.log`),
      onProgress: (fields) => this.#progress(name, fields),
    });
    const job: Job = { child, state: "starting", serves: false, complete: false };
    this.#running.set(name, job);
    child.ready.then(
      ({ step, steps }) => {
        job.complete ||= step === steps;
      },
      () => undefined,
    );
    const exit = await child.exited;
    this.#running.delete(name);
    return { ...exit, complete: job.complete };
  }

  #progress(name: string, fields: ProgressFields): void {
    const job = this.#running.get(name);
    const step = Number(fields["step"]);
    const steps = Number(fields["steps"]);
    if (job === undefined || !(steps > 0)) return;
    job.complete = step === steps;
    const heldOut = fields["heldOutBits"];
    if (heldOut !== undefined && !job.serves) {
      job.serves = true;
      job.child.standBack(NICENESS_ONCE_SERVED);
    }
    const quality = heldOut === undefined ? "" : `, ${Number(heldOut).toFixed(2)} bits a byte`;
    job.state = `${Math.floor((step / steps) * 100)} %${quality}`;
    if (step % Math.max(1, Math.floor(steps * REPORT_SHARE)) === 0)
      this.#options.emit({
        event: "training",
        name,
        step,
        steps,
        ...(heldOut !== undefined && { heldOutBits: heldOut }),
      });
  }
}

/** What cannot be served is published again: a card may lack what an update asks of it. */
function isServable(modelDir: string): Promise<boolean> {
  return readPublished(modelDir).then(
    (published) => published !== undefined,
    () => false,
  );
}
