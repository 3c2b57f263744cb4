import { minerOptions, trainingOf, type Validator, validatorOptions } from "@ganglion/resources";
import { type Corpus, prepareCorpus } from "@ganglion/trainer";
import { bytesToHex, GanglionError, type Logger } from "@ganglion/types";
import type { NetworkEvent } from "../core/changes.ts";
import {
  copiedModel,
  type MinerIdentity,
  minerKeyName,
  type NetworkPlan,
  validatorKeyName,
} from "../core/planNetwork.ts";
import type { ProgramView } from "../core/snapshot.ts";
import type { Identities } from "./identities.ts";
import type { Facts } from "./programChild.ts";
import type { Programs } from "./programs.ts";
import type { StateFolder } from "./stateFolder.ts";
import { Trainings } from "./training.ts";

export type MarketOptions = {
  readonly plan: NetworkPlan;
  readonly folder: StateFolder;
  readonly identities: Identities;
  readonly programs: Programs;
  /** Of the chain's nodes, `host:port`. */
  readonly endpoints: readonly string[];
  readonly cacheDir: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly emit: (event: NetworkEvent) => void;
  readonly onValidator: (name: string, endpoint: string) => void;
};

/** The miners, validators and trainings of a local network. */
export class Market {
  /** Resource name and domain by hotkey in hexadecimal. */
  readonly known: ReadonlyMap<string, { readonly name: string; readonly domain: string }>;
  readonly #options: MarketOptions;
  readonly #corpora = new Map<string, Corpus>();
  readonly #trainings: Trainings;
  #fetching: string | undefined;
  #programsStarted = 0;

  constructor(options: MarketOptions) {
    this.#options = options;
    this.known = namesOf(options);
    this.#trainings = new Trainings(options);
  }

  /** Jobs that are no supervised program: what is fetched and what is trained. */
  get jobs(): readonly ProgramView[] {
    const fetching = this.#fetching;
    return [
      ...(fetching === undefined
        ? []
        : [{ name: `corpus ${fetching}`, state: "fetching and splitting its text" }]),
      ...this.#trainings.jobs,
    ];
  }

  /** Of what runs beside the supervised programs. */
  metrics(): Promise<readonly string[]> {
    return this.#trainings.metrics();
  }

  /**
   * Miners start at once: those without a model yet wait for it. Then text, validators and trainings.
   * @throws GanglionError of the corpora, for example without a network on the first start
   */
  async start(): Promise<void> {
    const { plan, signal } = this.#options;
    for (const identity of plan.identities) this.#startMiner(identity);
    await this.#prepareCorpora();
    if (signal.aborted) return;
    for (const validator of plan.validators) this.#startValidator(validator);
    await this.#trainings.run(plan.identities);
  }

  stop(deadlineMs: number): Promise<void> {
    return this.#trainings.stop(deadlineMs);
  }

  async #prepareCorpora(): Promise<void> {
    const { plan, cacheDir, logger, signal, emit } = this.#options;
    for (const name of corpusNames(plan)) {
      this.#fetching = name;
      this.#corpora.set(name, await prepareCorpus({ name, cacheDir, logger, signal }));
      emit({ event: "corpusReady", corpus: name });
    }
    this.#fetching = undefined;
  }

  #corpusFile({ name, domain }: { name: string; domain: string }, split: "mixture" | "heldBack"): string {
    const corpus = this.#corpora.get(name);
    if (corpus === undefined)
      throw new GanglionError("LOCAL_NO_CORPUS", `the corpus "${name}" is not prepared`, { name });
    return corpus.file(split, domain);
  }

  /** All of them, each program beginning with another, so that no node serves all. */
  #endpoints(): readonly string[] {
    const { endpoints } = this.#options;
    const first = this.#programsStarted++ % endpoints.length;
    return [...endpoints.slice(first), ...endpoints.slice(0, first)];
  }

  #startMiner(identity: MinerIdentity): void {
    const { folder, identities, programs } = this.#options;
    const { miner, name, ordinal } = identity;
    const payer = miner.spec.registration.payerSecretRef?.name;
    const config = minerOptions(miner, {
      name,
      ordinal,
      endpoints: this.#endpoints(),
      genesisHash: undefined,
      keyFile: identities.key(minerKeyName(identity), "hotkey").path,
      passwordFile: undefined,
      owner: miner.spec.identity.owner ?? identities.ownerAddress(),
      payerKeyFile: payer === undefined ? undefined : identities.key(payer, "payer").path,
      stateDir: folder.path("miners", name),
      modelDir: folder.path("models", name),
      modelDirOf: (minerName) => this.#modelDirOf(minerName),
    });
    programs.start({ kind: "miner", name, config, onReady: () => undefined });
  }

  #modelDirOf(minerName: string): string {
    const { name, path } = copiedModel(this.#options.plan, minerName);
    return path ?? this.#options.folder.path("models", name);
  }

  #startValidator(validator: Validator): void {
    const { folder, identities, programs, onValidator } = this.#options;
    const { name } = validator;
    const config = validatorOptions(validator, {
      name,
      endpoints: this.#endpoints(),
      genesisHash: undefined,
      keyFile: identities.key(validatorKeyName(validator), "hotkey").path,
      passwordFile: undefined,
      checkpointDir: folder.path("validators", name),
      corpusFiles: (corpus, split) => [this.#corpusFile(corpus, split)],
    });
    const onReady = (facts: Facts): void => onValidator(name, `127.0.0.1:${facts["port"]}`);
    programs.start({ kind: "validator", name, config, onReady });
  }
}

function namesOf({ plan, identities }: MarketOptions): Market["known"] {
  const miners = plan.identities.map((identity) => ({
    hotkey: identities.key(minerKeyName(identity), "hotkey").publicKey,
    name: identity.name,
    domain: trainingOf(identity.miner, identity.ordinal)?.corpus?.domain ?? "",
  }));
  const validators = plan.validators.map((validator) => ({
    hotkey: identities.key(validatorKeyName(validator), "hotkey").publicKey,
    name: validator.name,
    domain: "",
  }));
  return new Map(
    [...miners, ...validators].map(({ hotkey, name, domain }) => [bytesToHex(hotkey), { name, domain }]),
  );
}

function corpusNames(plan: NetworkPlan): readonly string[] {
  const trained = plan.identities.map(({ miner, ordinal }) => trainingOf(miner, ordinal)?.corpus?.name);
  const read = plan.validators.flatMap((v) => v.spec.sources.map((source) => source.corpus?.name));
  return [...new Set([...trained, ...read])].filter((name) => name !== undefined);
}
