import { createHash } from "node:crypto";
import { BYTE_VOCABULARY, NETWORK_DIM } from "@ganglion/params";
import { createRandom } from "@ganglion/types";
import { hashBytes } from "../core/hashBytes.ts";
import type { Model, ModelContext, ModelFacts, PluginHost } from "../plugin.ts";

/** Answers each prefix with numbers that say nothing: what a market must not pay for. */
export function load(_options: Readonly<Record<string, unknown>>, host: PluginHost): Promise<Model> {
  const facts = factsOf("noise", host.seed);
  return Promise.resolve({
    describe: () => facts,
    waitingFor: () => undefined,
    forward: (contexts) =>
      Promise.resolve({ rows: noiseRows(contexts, host.seed), modelDigest: facts.modelDigest }),
    async *generate(_prompt, { maxBytes, seed }) {
      const random = createRandom(Number(BigInt.asUintN(32, seed)));
      yield Uint8Array.from({ length: maxBytes }, () => random.next() * BYTE_VOCABULARY);
    },
    close: () => Promise.resolve(),
  });
}

/** A model without parameters; its digest names the plug-in and its seed. */
export function factsOf(name: string, seed: number): ModelFacts {
  const modelDigest = Uint8Array.from(createHash("sha256").update(`${name} ${seed}`).digest());
  return {
    name,
    parameterCount: 0,
    modelDigest,
    dataDigest: new Uint8Array(),
    bitsPerByte: 0,
    license: "Apache-2.0",
    trainedSteps: 0,
  };
}

function noiseRows(contexts: readonly ModelContext[], seed: number): Float32Array {
  const rows = contexts.flatMap(({ text, positions }) =>
    positions.map((position) => hashBytes(text, 0, position + 1, seed)),
  );
  const values = new Float32Array(rows.length * NETWORK_DIM);
  for (const [row, stream] of rows.entries()) {
    const random = createRandom(stream);
    for (let i = 0; i < NETWORK_DIM; i++) values[row * NETWORK_DIM + i] = random.next() * 2 - 1;
  }
  return values;
}
