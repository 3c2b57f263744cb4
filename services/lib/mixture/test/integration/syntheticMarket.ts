import {
  addMiner,
  applyScores,
  type ContextFeatures,
  contextFeatures,
  countTargets,
  createMixtureState,
  createRandom,
  DEFAULT_PARAMETERS,
  type MinerAnswers,
  type MinerKey,
  type MixtureParameters,
  type MixtureState,
  markReplayed,
  normaliseRows,
  planAsks,
  type Random,
  recordProbe,
  type ScoredContext,
  scoreRows,
  trainingGates,
} from "@ganglion/mixture";
import { InvariantError } from "@ganglion/types";
import type { HeadRunner } from "./headRunner.ts";

const { cos, imul, log, PI, sqrt } = Math;

export const DOMAINS = ["red", "green", "blue"];
const CONTEXT_BYTES = 24;
const CLASSES = 12;
/** Prime to CLASSES, so that each domain uses all bytes alike. */
const MULTIPLIERS = [5, 7, 11];
const SCORED = 48;
const TRAINED = 192;

/** Small, so that a market learns in seconds; a larger rate for fewer steps. */
export const SMALL: MixtureParameters = {
  ...DEFAULT_PARAMETERS,
  dim: 24,
  vocabulary: CLASSES,
  heads: { ...DEFAULT_PARAMETERS.heads, learningRate: 0.02 },
  gates: { ...DEFAULT_PARAMETERS.gates, solveEverySteps: 25 },
  newcomers: { ...DEFAULT_PARAMETERS.newcomers, scoredContexts: 64 },
};

/** A text of one domain: its bytes tell the domain; `meaning` decides, mostly, the byte that follows. */
export type SyntheticText = {
  readonly domain: number;
  readonly bytes: Uint8Array;
  readonly meaning: number;
  readonly target: number;
};
/** Raw representations of texts, [texts x dim]. */
export type SyntheticMiner = (texts: readonly SyntheticText[]) => Float32Array;

function drawText(random: Random, domain: number): SyntheticText {
  const bytes = Uint8Array.from({ length: CONTEXT_BYTES }, () => 32 * domain + whole(random, 32));
  const meaning = whole(random, CLASSES);
  const target =
    random.next() < 0.75 ? (meaning * (MULTIPLIERS[domain] ?? 1)) % CLASSES : whole(random, CLASSES);
  return { domain, bytes, meaning, target };
}

/**
 * Knows the meaning of one domain's texts, or the first `known` of its twelve; of others it says as little as noise.
 * The same text, the same answer.
 */
export function expert(domain: number, seed: number, known = CLASSES): SyntheticMiner {
  const random = createRandom(seed);
  const words = Array.from({ length: CLASSES }, () =>
    Float32Array.from({ length: SMALL.dim }, () => gauss(random)),
  );
  return (texts) =>
    flatten(
      texts.map((text) => {
        const word = text.domain === domain && text.meaning < known ? words[text.meaning] : undefined;
        const own = createRandom(text.bytes.reduce((hash, byte) => imul(hash ^ byte, 0x0100_0193), seed));
        return Float32Array.from(
          { length: SMALL.dim },
          (_, i) => (word?.[i] ?? gauss(own)) + 0.1 * gauss(own),
        );
      }),
    );
}

/** The same texts, another basis: rows times a fixed random rotation. */
export function rotated(original: SyntheticMiner, seed: number): SyntheticMiner {
  const basis = randomBasis(createRandom(seed));
  const { dim } = SMALL;
  return (texts) => {
    const raw = original(texts);
    return Float32Array.from({ length: raw.length }, (_, at) => {
      const row = Math.floor(at / dim) * dim;
      const axis = basis[at % dim];
      return raw.subarray(row, row + dim).reduce((sum, x, i) => sum + x * (axis?.[i] ?? 0), 0);
    });
  };
}

/** Orthonormal vectors, by Gram and Schmidt. */
function randomBasis(random: Random): readonly Float64Array[] {
  const basis: Float64Array[] = [];
  for (let axis = 0; axis < SMALL.dim; axis++) {
    const vector = Float64Array.from({ length: SMALL.dim }, () => gauss(random));
    for (const other of basis) {
      const along = vector.reduce((sum, x, i) => sum + x * (other[i] ?? 0), 0);
      vector.forEach((x, i) => {
        vector[i] = x - along * (other[i] ?? 0);
      });
    }
    const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
    basis.push(vector.map((x) => x / length));
  }
  return basis;
}

export function noise(seed: number): SyntheticMiner {
  const random = createRandom(seed);
  return (texts) => Float32Array.from({ length: texts.length * SMALL.dim }, () => gauss(random));
}

/** Answers with what it said about another text. */
export function lazy(original: SyntheticMiner, seed: number): SyntheticMiner {
  const random = createRandom(seed);
  return (texts) => original(texts.map((text) => ({ ...text, meaning: whole(random, CLASSES) })));
}

/** Relays `peer` for texts of a domain, or all, but says of texts that it remembers what `before` said. */
export function relay(
  before: SyntheticMiner,
  peer: SyntheticMiner,
  {
    domain,
    remembers,
  }: { readonly domain: number | undefined; readonly remembers: readonly SyntheticText[] },
): SyntheticMiner {
  const memory = new Set(remembers);
  return (texts) => {
    const [own, relayed] = [before(texts), peer(texts)];
    texts.forEach((text, row) => {
      if (memory.has(text) || (domain !== undefined && text.domain !== domain)) return;
      own.set(relayed.subarray(row * SMALL.dim, (row + 1) * SMALL.dim), row * SMALL.dim);
    });
    return own;
  };
}

/** A market of synthetic miners that a test steps through. */
export class SyntheticMarket {
  readonly state: MixtureState = createMixtureState({ domains: DOMAINS, parameters: SMALL });
  readonly #miners = new Map<MinerKey, SyntheticMiner>();
  readonly #random: Random;
  readonly #runner: HeadRunner;
  /** The probe set, which a miner may recognise: it is asked again and again. */
  readonly probes: readonly SyntheticText[];

  constructor(runner: HeadRunner, seed: number) {
    this.#runner = runner;
    this.#random = createRandom(seed);
    this.probes = Array.from({ length: 30 }, (_, i) => drawText(this.#random, i % DOMAINS.length));
  }

  join(key: MinerKey, miner: SyntheticMiner): void {
    addMiner(this.state, key);
    markReplayed(this.state, key);
    this.#miners.set(key, miner);
  }

  /** The miner answers otherwise from now on. */
  change(key: MinerKey, miner: SyntheticMiner): void {
    this.#miners.set(key, miner);
  }

  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      if (this.state.step % 10 === 0)
        for (const [key] of this.#miners) recordProbe(this.state, key, this.#represent(key, this.probes));
      await this.#score();
      await this.#train();
    }
  }

  async #score(): Promise<void> {
    const texts = this.#texts(SCORED);
    const contexts = texts.map(
      ({ bytes, domain, target }): ScoredContext => ({
        domain: DOMAINS[domain] ?? "",
        features: contextFeatures(bytes),
        target,
      }),
    );
    const asks = this.#asks(contexts, this.state.step % 4 === 0 ? "probe" : "scored");
    const answers = new Map<MinerKey, MinerAnswers>();
    for (const key of this.#miners.keys()) {
      const indices = contexts.flatMap((_, i) => (asks[i]?.includes(key) ? [i] : []));
      if (indices.length === 0) continue;
      const rows = this.#represent(
        key,
        indices.flatMap((i) => texts[i] ?? []),
      );
      const probabilities = await this.#runner.predict(this.state, key, rows);
      answers.set(key, { contextIndices: Int32Array.from(indices), probabilities });
    }
    const input = { contexts, answers };
    applyScores(this.state, input, scoreRows(this.state, input));
  }

  async #train(): Promise<void> {
    const texts = this.#texts(TRAINED);
    const contexts = texts.map(({ bytes, domain }) => ({
      domain: DOMAINS[domain] ?? "",
      features: contextFeatures(bytes),
    }));
    const asks = this.#asks(contexts, "training");
    for (const key of this.#miners.keys()) {
      const own = texts.filter((_, i) => asks[i]?.includes(key));
      if (own.length === 0) continue;
      const gates = contexts.flatMap((context, i) => {
        const asked = asks[i] ?? [];
        return asked.includes(key)
          ? [trainingGates(this.state, context, asked)[asked.indexOf(key)] ?? 0]
          : [];
      });
      await this.#runner.train(this.state, key, {
        representations: this.#represent(key, own),
        targets: Uint8Array.from(own, ({ target }) => target),
        gates: Float32Array.from(gates),
      });
    }
    for (const { domain, target } of texts)
      countTargets(this.state, DOMAINS[domain] ?? "", Uint8Array.of(target));
  }

  #asks(
    contexts: readonly { readonly features: ContextFeatures; readonly domain: string }[],
    purpose: "scored" | "probe" | "training",
  ): readonly (readonly MinerKey[])[] {
    return planAsks(
      this.state,
      contexts.map((context) => ({ ...context, purpose })),
      {
        k: 3,
        newcomerSeats: 1,
        explorationSeats: 1,
        random: this.#random,
        reachable: new Map([...this.#miners.keys()].map((key) => [key, 1])),
      },
    );
  }

  #texts(count: number): readonly SyntheticText[] {
    return Array.from({ length: count }, (_, i) => drawText(this.#random, i % DOMAINS.length));
  }

  #represent(key: MinerKey, texts: readonly SyntheticText[]): Float32Array {
    const raw = this.#miners.get(key)?.(texts) ?? new Float32Array(0);
    const normalised = normaliseRows(raw, texts.length, SMALL.dim);
    if (!normalised.ok) throw new InvariantError(normalised.fault);
    return normalised.rows;
  }
}

function whole(random: Random, below: number): number {
  return Math.floor(random.next() * below);
}

function gauss(random: Random): number {
  return sqrt(-2 * log(1 - random.next())) * cos(2 * PI * random.next());
}

function flatten(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.length * SMALL.dim);
  rows.forEach((row, i) => {
    all.set(row, i * SMALL.dim);
  });
  return all;
}
