import { type ChainClient, createValidatorClient, type ValidatorClient } from "@ganglion/client";
import { errorMessage, type Logger } from "@ganglion/types";
import type { chain, validator } from "@ganglion/wire";

const REPORT_EVERY_MS = 1_000;

type Watched = {
  readonly endpoint: string;
  readonly client: ValidatorClient;
  report: validator.Report | undefined;
};

/** Follows the ledger and asks the validators for their reports, in the background, until closed. */
export class Observer {
  #metagraph: chain.Metagraph | undefined;
  #height = 0;
  readonly #validators = new Map<string, Watched>();
  readonly #stop = new AbortController();
  readonly #client: ChainClient;
  readonly #logger: Logger;
  readonly #onMetagraph: (metagraph: chain.Metagraph) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: ChainClient, logger: Logger, onMetagraph: (metagraph: chain.Metagraph) => void) {
    this.#client = client;
    this.#logger = logger;
    this.#onMetagraph = onMetagraph;
    void this.#follow();
    this.#timer = setInterval(() => void this.refresh(), REPORT_EVERY_MS);
  }

  get metagraph(): chain.Metagraph | undefined {
    return this.#metagraph;
  }

  /** Of the newest block: the metagraph's own height is that of its last change. */
  get height(): number {
    return Math.max(this.#height, this.#metagraph?.height ?? 0);
  }

  get reports(): readonly { readonly name: string; readonly report: validator.Report }[] {
    return [...this.#validators].flatMap(([name, { report }]) => (report ? [{ name, report }] : []));
  }

  get validatorEndpoints(): readonly { readonly name: string; readonly endpoint: string }[] {
    return [...this.#validators].map(([name, { endpoint }]) => ({ name, endpoint }));
  }

  /** Called again when a validator comes back on another port; its last report stays until the next. */
  watchValidator(name: string, endpoint: string): void {
    const earlier = this.#validators.get(name);
    earlier?.client.close();
    this.#validators.set(name, {
      endpoint,
      client: createValidatorClient(endpoint),
      report: earlier?.report,
    });
  }

  async refresh(): Promise<void> {
    const watched = [...this.#validators.values()];
    this.#client.status().then(
      ({ height }) => {
        this.#height = height;
      },
      () => undefined,
    );
    const answers = await Promise.allSettled(watched.map(({ client }) => client.report()));
    for (const [index, answer] of answers.entries()) {
      const target = watched[index];
      if (target && answer.status === "fulfilled") target.report = answer.value;
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stop.abort();
    for (const { client } of this.#validators.values()) client.close();
  }

  async #follow(): Promise<void> {
    try {
      for await (const metagraph of this.#client.watchMetagraph(this.#stop.signal)) {
        this.#metagraph = metagraph;
        this.#onMetagraph(metagraph);
      }
    } catch (error) {
      if (!this.#stop.signal.aborted)
        this.#logger.warn("stopped following the ledger", { error: errorMessage(error) });
    }
  }
}
