import {
  bytesLeft,
  createWalk,
  createWindowSampler,
  type Document,
  type HeldBackWalk,
  resumeWalk,
  spentDocuments,
  startWalk,
  takeRows,
  type WalkState,
  type WindowSampler,
} from "@ganglion/corpus";
import { createRandom, type Random } from "@ganglion/types";
import type { DomainSupply } from "../ports.ts";
import type { ProbeText, ScoredText, StepMaterial, TrainingWindow } from "./material.ts";
import { PARAMETERS } from "./parameters.ts";

export type TextSupplyOptions = {
  readonly contextBytes: number;
  /** Spread equally over the domains. */
  readonly scoredRowsPerStep: number;
  readonly trainRowsPerStep: number;
  readonly pacePerEpoch: number;
  readonly seed: number;
};

export type Texts = {
  /** In the order of their first source. */
  readonly domains: readonly string[];
  /** Known to anyone: trains only. */
  readonly open: readonly Document[];
  readonly heldBack: readonly Document[];
};

/** Reads the validator's text: the walk over what is held back, and windows of what is known or spent. */
export class TextSupply {
  readonly domains: readonly string[];
  readonly #texts: Texts;
  readonly #options: TextSupplyOptions;
  readonly #walk: HeldBackWalk;
  readonly #probes: readonly ProbeText[];
  #state: WalkState;
  #samplers: readonly WindowSampler[] = [];
  #sampledStep = Number.NEGATIVE_INFINITY;

  /**
   * @param saved where the walk was; undefined starts it
   * @throws GanglionError CORPUS_WALK_MISMATCH when `saved` belongs to other text of a domain
   */
  constructor(texts: Texts, options: TextSupplyOptions, saved: WalkState | undefined) {
    this.#texts = texts;
    this.#options = options;
    this.domains = texts.domains;
    this.#walk = createWalk(texts.heldBack, {
      contextBytes: options.contextBytes,
      minContextBytes: Math.min(options.contextBytes, PARAMETERS.minContextBytes),
      segmentBytes: PARAMETERS.segmentBytes,
      pacePerEpoch: options.pacePerEpoch,
      seed: options.seed,
    });
    this.#state = saved ? resumeWalk(this.#walk, saved) : startWalk(this.#walk);
    this.#probes = this.#drawProbes();
  }

  /** To be stored before the rows that it paid for are shown to anyone. */
  get walkState(): WalkState {
    return this.#state;
  }

  next({ epoch, step, withProbes }: { epoch: number; step: number; withProbes: boolean }): StepMaterial {
    const random = createRandom(mixSeed(this.#options.seed, step));
    return {
      scored: this.domains.flatMap((domain) => this.#takeScored(domain, epoch)),
      windows: this.#drawWindows(step, random),
      probes: withProbes ? this.#probes : [],
    };
  }

  supply(): readonly DomainSupply[] {
    return this.domains.map((domain) => ({
      domain,
      scoringBytesLeft: bytesLeft(this.#walk, this.#state, domain),
    }));
  }

  #takeScored(domain: string, epoch: number): readonly ScoredText[] {
    const count = Math.max(1, Math.floor(this.#options.scoredRowsPerStep / this.domains.length));
    const { state, rows } = takeRows(this.#walk, this.#state, { domain, count, epoch });
    this.#state = state;
    return rows;
  }

  /** Windows of each domain in turn, so that each counts alike; a domain without text is passed over. */
  #drawWindows(step: number, random: Random): readonly TrainingWindow[] {
    if (step - this.#sampledStep >= PARAMETERS.resampleEverySteps) {
      this.#samplers = this.domains.flatMap((domain) => this.#openSampler(domain));
      this.#sampledStep = step;
    }
    const { trainPositions } = PARAMETERS;
    const count = Math.max(1, Math.round(this.#options.trainRowsPerStep / trainPositions));
    const first = Math.floor(random.next() * this.#samplers.length);
    return Array.from(
      { length: count },
      (_, i) => this.#samplers[(first + i) % this.#samplers.length],
    ).flatMap((sampler) => (sampler ? [this.#windowOf(sampler, random)] : []));
  }

  #windowOf(sampler: WindowSampler, random: Random): TrainingWindow {
    const { domain, text } = sampler.draw(random);
    const prefixBytes = this.#options.contextBytes;
    return { domain, text: text.subarray(0, -1), prefixBytes, targets: text.slice(prefixBytes) };
  }

  #openSampler(domain: string): readonly WindowSampler[] {
    const windowBytes = this.#options.contextBytes + PARAMETERS.trainPositions;
    const documents = [
      ...this.#texts.open.filter((document) => document.domain === domain),
      ...spentDocuments(this.#walk, this.#state, domain, windowBytes),
    ];
    const isLongEnough = documents.some(({ text }) => text.length >= windowBytes);
    return isLongEnough ? [createWindowSampler(documents, windowBytes)] : [];
  }

  /** The same contexts in every run: they follow from text and seed. */
  #drawProbes(): readonly ProbeText[] {
    const random = createRandom(this.#options.seed);
    const { contextBytes } = this.#options;
    return this.domains.flatMap((domain) => {
      const documents = this.#texts.open.filter(
        (document) => document.domain === domain && document.text.length >= contextBytes,
      );
      if (documents.length === 0) return [];
      const sampler = createWindowSampler(documents, contextBytes);
      return Array.from({ length: PARAMETERS.probeContexts }, () => ({
        domain,
        text: sampler.draw(random).text,
      }));
    });
  }
}

/** One 32-bit seed of a seed and a step. */
function mixSeed(seed: number, step: number): number {
  return (Math.imul(step + 1, 0x9e37_79b1) ^ seed) >>> 0;
}
