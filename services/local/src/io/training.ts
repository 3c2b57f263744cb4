import { trainingOf } from "@ganglion/resources";
import { readPublished } from "@ganglion/trainer";
import { GanglionError } from "@ganglion/types";
import type { NetworkEvent } from "../core/changes.ts";
import type { MinerIdentity } from "../core/planNetwork.ts";
import type { ProgramView } from "../core/snapshot.ts";
import { ProgramChild, type ProgressFields } from "./programChild.ts";
import { mainOf } from "./programs.ts";
import type { StateFolder } from "./stateFolder.ts";

type TrainingOptions = {
  readonly folder: StateFolder;
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly emit: (event: NetworkEvent) => void;
};

const STOP_MS = 1_500;
/** An event each time so much of a training is done. */
const REPORT_SHARE = 0.25;

/** Trains the experts that are missing, all side by side. */
export class Trainings {
  readonly #options: TrainingOptions;
  readonly #running = new Map<string, { child: ProgramChild; state: string }>();

  constructor(options: TrainingOptions) {
    this.#options = options;
  }

  get jobs(): readonly ProgramView[] {
    return [...this.#running].map(([name, { state }]) => ({ name: `training ${name}`, state }));
  }

  /** @throws GanglionError of the first trainer that failed */
  async run(identities: readonly MinerIdentity[]): Promise<void> {
    await Promise.all(identities.map((identity) => this.#train(identity)));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ child }) => child.stop(STOP_MS)));
  }

  async #train({ miner, name, ordinal }: MinerIdentity): Promise<void> {
    const { folder, cacheDir, signal, emit } = this.#options;
    const wanted = trainingOf(miner, ordinal);
    if (wanted === undefined || signal.aborted) return;
    const modelDir = folder.path("models", name);
    const published = await readPublished(modelDir);
    if ((published?.card.trainedSteps ?? 0) >= wanted.steps) return;
    const text = wanted.corpus ? { corpus: wanted.corpus } : { file: wanted.file };
    const config = { name, text, modelDir, cacheDir, steps: wanted.steps };
    const child = new ProgramChild({
      name: `train-${name}`,
      main: mainOf("trainer"),
      configFile: folder.write(`config/train-${name}.json`, `${JSON.stringify(config, null, 2)}\n`),
      logFile: folder.path("logs", `train-${name}.log`),
      onProgress: (fields) => this.#progress(name, fields),
    });
    this.#running.set(name, { child, state: "starting" });
    const { code, signal: killedBy, fault } = await child.exited;
    this.#running.delete(name);
    if (signal.aborted) return;
    if (code !== 0)
      throw new GanglionError(
        fault?.code ?? "LOCAL_TRAINING_FAILED",
        `training ${name} failed: ${fault?.message ?? `it ended with ${killedBy ?? code}`}`,
        { name },
      );
    emit({ event: "trained", name, steps: wanted.steps });
  }

  #progress(name: string, fields: ProgressFields): void {
    const job = this.#running.get(name);
    const step = Number(fields["step"]);
    const steps = Number(fields["steps"]);
    if (job === undefined || !(steps > 0)) return;
    const heldOut = fields["heldOutBits"];
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
