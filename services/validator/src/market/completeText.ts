import {
  contextFeatures,
  createRandom,
  type MinerKey,
  type MixtureState,
  mixPredictions,
  normaliseRows,
  planAsks,
  predictionFeeds,
  readPredictions,
} from "@ganglion/mixture";
import { sampleByte } from "../core/sampleByte.ts";
import type { Learner, MinerPool } from "../ports.ts";

export type CompletionRequest = {
  readonly prompt: Uint8Array;
  readonly maxBytes: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly seed: number;
};

export type CompletionPiece = {
  readonly text: Uint8Array;
  /** Mean gate of each miner over the bytes written so far. */
  readonly shares: ReadonlyMap<MinerKey, number>;
};

export type CompletionTools = {
  readonly state: MixtureState;
  readonly pool: MinerPool;
  readonly learner: Learner;
  readonly k: number;
  readonly contextBytes: number;
};

/** The market's continuation, byte by byte: the k best miners for what stands there, mixed by their gates. */
export async function* completeText(
  request: CompletionRequest,
  tools: CompletionTools,
  signal: AbortSignal,
): AsyncIterable<CompletionPiece> {
  const random = createRandom(request.seed);
  const totals = new Map<MinerKey, number>();
  let text = request.prompt.slice();
  for (let written = 1; written <= request.maxBytes && !signal.aborted; written++) {
    const { probabilities, shares } = await predictNext(text.slice(-tools.contextBytes), tools, signal);
    const byte = sampleByte(probabilities, request.temperature, random.next());
    text = Uint8Array.of(...text.slice(-tools.contextBytes), byte);
    for (const [key, share] of shares) totals.set(key, (totals.get(key) ?? 0) + share);
    yield {
      text: Uint8Array.of(byte),
      shares: new Map([...totals].map(([key, total]) => [key, total / written])),
    };
  }
}

async function predictNext(text: Uint8Array, tools: CompletionTools, signal: AbortSignal) {
  const { state, pool, learner, k } = tools;
  const features = contextFeatures(text);
  const [asked = []] = planAsks(state, [{ features, domain: undefined, purpose: "serving" }], {
    k,
    newcomerSeats: 0,
    explorationSeats: 0,
    random: createRandom(0),
    reachable: pool.reachable(),
  });
  const predictions = new Map<MinerKey, Float32Array>();
  await Promise.all(
    asked.map(async (key) => {
      const answer = await pool.ask(key, [{ text, positions: [] }], signal);
      if (answer.kind === "failed" || !state.miners.has(key)) return;
      const normalised = normaliseRows(answer.representations, answer.rows, state.parameters.dim);
      if (!normalised.ok) return;
      const feeds = predictionFeeds(state, key, normalised.rows);
      predictions.set(key, readPredictions(await learner.predict(feeds)));
    }),
  );
  return mixPredictions(state, features, predictions);
}
