import { NETWORK_DIM } from "@ganglion/params";
import { hashBytes } from "../core/hashBytes.ts";
import type { Model, ModelContext, PluginHost } from "../plugin.ts";
import { load as loadExpert } from "./expert.ts";
import { load as loadNoise } from "./noise.ts";

/** Real answers that it keeps. */
const CACHE_ROWS = 256;

/**
 * Computes its first answers, then sends these, whatever it is asked: the shape of honest work without the work.
 * With the options of `expert` the answers are real ones; without any they are noise.
 */
export async function load(options: Readonly<Record<string, unknown>>, host: PluginHost): Promise<Model> {
  const original = await (Object.keys(options).length === 0 ? loadNoise : loadExpert)(options, host);
  const cache = new Float32Array(CACHE_ROWS * NETWORK_DIM);
  let cached = 0;
  return {
    ...original,
    forward: async (contexts) => {
      if (cached < CACHE_ROWS) {
        const result = await original.forward(contexts);
        const taken = Math.min(CACHE_ROWS - cached, result.rows.length / NETWORK_DIM);
        cache.set(result.rows.subarray(0, taken * NETWORK_DIM), cached * NETWORK_DIM);
        cached += taken;
        return result;
      }
      const modelDigest = original.describe()?.modelDigest ?? new Uint8Array();
      return { rows: cachedRows(contexts, cache), modelDigest };
    },
  };
}

function cachedRows(contexts: readonly ModelContext[], cache: Float32Array): Float32Array {
  const picks = contexts.flatMap(({ text, positions }) =>
    positions.map((position) => hashBytes(text, 0, position + 1, 0) % CACHE_ROWS),
  );
  const rows = new Float32Array(picks.length * NETWORK_DIM);
  for (const [row, pick] of picks.entries())
    rows.set(cache.subarray(pick * NETWORK_DIM, (pick + 1) * NETWORK_DIM), row * NETWORK_DIM);
  return rows;
}
