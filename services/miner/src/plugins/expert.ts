import { parseConfig } from "@ganglion/runtime/config";
import { errorCode, errorMessage } from "@ganglion/types";
import { z } from "zod";
import { refusal } from "../errors.ts";
import { type ExpertVersion, findExpertVersion, openExpertVersion } from "../io/expertVersion.ts";
import type { Model, PluginHost } from "../plugin.ts";

const optionsSchema = z.strictObject({
  /** What `ganglion train` wrote, or will write. */
  modelDir: z.string().min(1),
  /** How often to look for a newer version. */
  pollMs: z.number().int().min(10).max(3_600_000).default(1_000),
  threads: z.number().int().min(1).max(256).default(1),
});

type ExpertOptions = z.output<typeof optionsSchema>;

const RETRY_NO_MODEL_MS = 2_000;
/** What opening the same files again does not mend. */
const REFUSED: ReadonlySet<string> = new Set([
  "MINER_BAD_MODEL",
  "EXPERT_BAD_CARD",
  "EXPERT_BAD_SIGNATURE",
  "EXPERT_UNSIGNED_CARD",
  "INFERENCE_BAD_MODEL",
]);

/** Serves the newest version in a trainer's model directory; waits while there is none. */
export async function load(options: Readonly<Record<string, unknown>>, host: PluginHost): Promise<Model> {
  const served = new ServedExpert(parseConfig(optionsSchema, options, "options of the plug-in expert"), host);
  await served.look();
  return {
    describe: () => served.current?.facts,
    waitingFor: () => served.waitingFor,
    forward: (contexts) =>
      served.use(async ({ forward, facts }) => ({
        rows: await forward(contexts),
        modelDigest: facts.modelDigest,
      })),
    generate: (prompt, generateOptions, signal) => served.generate(prompt, generateOptions, signal),
    close: () => served.close(),
  };
}

/** The version in service, and the change to a newer one while requests are under way. */
class ServedExpert {
  readonly #options: ExpertOptions;
  readonly #host: PluginHost;
  readonly #stop = new AbortController();
  #version: ExpertVersion | undefined;
  #waitingFor: string | undefined;
  #inFlight = new Map<ExpertVersion, number>();
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** A version that is not whole is not tried again; another failure may pass. */
  #refusedId: string | undefined;

  constructor(options: ExpertOptions, host: PluginHost) {
    this.#options = options;
    this.#host = host;
    this.#waitingFor = `no model in ${options.modelDir} yet`;
  }

  get current(): ExpertVersion | undefined {
    return this.#version;
  }

  get waitingFor(): string | undefined {
    return this.#version === undefined ? this.#waitingFor : undefined;
  }

  /** Takes a newer version into service if there is one, and looks again later. */
  async look(): Promise<void> {
    this.#looking = this.#lookOnce();
    await this.#looking;
    if (!this.#stop.signal.aborted)
      this.#timer = setTimeout(() => void this.look(), this.#options.pollMs).unref();
  }

  async use<T>(run: (version: ExpertVersion) => Promise<T>): Promise<T> {
    const version = this.#take();
    try {
      return await run(version);
    } catch (error) {
      if (errorCode(error) === "INFERENCE_WORKER_DIED" && version === this.#version) this.#lose(error);
      throw error;
    } finally {
      this.#release(version);
    }
  }

  async *generate(...call: Parameters<Model["generate"]>): AsyncIterable<Uint8Array> {
    const version = this.#take();
    try {
      yield* version.generate(...call);
    } finally {
      this.#release(version);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#looking;
    const version = this.#version;
    this.#version = undefined;
    this.#waitingFor = "the model is closed";
    await version?.close();
  }

  async #lookOnce(): Promise<void> {
    const { modelDir, threads } = this.#options;
    let id: string | undefined;
    try {
      id = await findExpertVersion(modelDir);
      if (id === undefined || id === this.#version?.id || id === this.#refusedId) return;
      this.#swap(await openExpertVersion(modelDir, id, threads));
    } catch (error) {
      if (REFUSED.has(errorCode(error))) this.#refusedId = id;
      this.#waitingFor = `the model in ${modelDir} cannot be used: ${errorMessage(error)}`;
      this.#host.logger.warn("model not taken into service", {
        modelDir,
        code: errorCode(error),
        error: errorMessage(error),
      });
    }
  }

  #swap(next: ExpertVersion): void {
    const previous = this.#version;
    this.#version = next;
    const { trainedSteps, bitsPerByte } = next.facts;
    this.#host.logger.info("model in service", { version: next.id, trainedSteps, bitsPerByte });
    if (previous !== undefined && !this.#inFlight.has(previous)) void this.#discard(previous);
    this.#host.changed();
  }

  /** The next look opens it again. */
  #lose(error: unknown): void {
    this.#version = undefined;
    this.#waitingFor = "the model is being opened again";
    this.#host.logger.error("the model died", { error: errorMessage(error) });
    this.#host.changed();
  }

  #take(): ExpertVersion {
    const version = this.#version;
    if (version === undefined) throw refusal("MINER_NO_MODEL", { retryAfterMs: RETRY_NO_MODEL_MS });
    this.#inFlight.set(version, (this.#inFlight.get(version) ?? 0) + 1);
    return version;
  }

  #release(version: ExpertVersion): void {
    const left = (this.#inFlight.get(version) ?? 1) - 1;
    if (left > 0) this.#inFlight.set(version, left);
    else {
      this.#inFlight.delete(version);
      if (version !== this.#version && !this.#stop.signal.aborted) void this.#discard(version);
    }
  }

  async #discard(version: ExpertVersion): Promise<void> {
    await version.close().catch((error: unknown) => {
      this.#host.logger.warn("an old model did not close", { error: errorMessage(error) });
    });
  }
}
