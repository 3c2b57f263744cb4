import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NETWORK_DIM } from "@ganglion/params";
import { SeenText } from "../core/seenText.ts";
import type { Model, ModelContext, PluginHost } from "../plugin.ts";
import { factsOf } from "./noise.ts";

const SLOTS = 1 << 20;
const FILE = "seen.bin";

/**
 * Records all text it was ever sent and answers from it: where it knows the next byte it encodes that byte, else
 * it answers zeros. What a validator withholds and never repeats, it cannot know.
 */
export async function load(_options: Readonly<Record<string, unknown>>, host: PluginHost): Promise<Model> {
  const facts = factsOf("lookup", host.seed);
  const seen = new SeenText(SLOTS);
  const file = join(host.stateDir, FILE);
  const saved = await readFile(file).catch(() => undefined);
  if (saved) seen.restore(saved);
  return {
    describe: () => facts,
    waitingFor: () => undefined,
    forward: (contexts) => {
      const rows = knownRows(contexts, seen);
      for (const { text } of contexts) seen.record(text);
      return Promise.resolve({ rows, modelDigest: facts.modelDigest });
    },
    async *generate(prompt, { maxBytes }, signal) {
      yield* continuation(prompt, maxBytes, seen, signal);
    },
    close: async () => {
      await writeFile(`${file}.new`, seen.encode());
      await rename(`${file}.new`, file);
    },
  };
}

function knownRows(contexts: readonly ModelContext[], seen: SeenText): Float32Array {
  const count = contexts.reduce((sum, { positions }) => sum + positions.length, 0);
  const rows = new Float32Array(count * NETWORK_DIM);
  let row = 0;
  for (const { text, positions } of contexts)
    for (const position of positions) {
      const known = seen.lookUp(text, position + 1);
      if (known !== undefined) rows[row * NETWORK_DIM + known] = 1;
      row++;
    }
  return rows;
}

function* continuation(
  prompt: Uint8Array,
  maxBytes: number,
  seen: SeenText,
  signal: AbortSignal,
): Iterable<Uint8Array> {
  let text = prompt;
  for (let i = 0; i < maxBytes && !signal.aborted; i++) {
    const known = seen.lookUp(text, text.length);
    if (known === undefined) return;
    const piece = Uint8Array.of(known);
    text = Uint8Array.from([...text, known]);
    yield piece;
  }
}
