import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { NETWORK_DIM } from "@ganglion/params";
import { parseConfig } from "@ganglion/runtime/config";
import { z } from "zod";
import { createRotation, rotateRows } from "../core/rotate.ts";
import {
  addWhiteningRow,
  createWhiteningSums,
  fitWhitening,
  type Whitening,
  whitenRow,
} from "../core/whiten.ts";
import type { Model, PluginHost } from "../plugin.ts";
import { load as loadExpert } from "./expert.ts";

const optionsSchema = z.looseObject({
  /** How the copier hides what it copied. */
  disguise: z.enum(["plain", "rotated", "whitened"]).default("plain"),
});

/** Rows that a whitening is fitted on; until then answers are rotated. */
const FIT_ROWS = 2_048;
/** Rows of work between two turns of the event loop. */
const ROWS_A_TURN = 16;

type Disguise = (rows: Float32Array) => Promise<Float32Array>;

/**
 * Serves a peer's model directory as its own, plain or hidden behind a linear map. Takes the options of `expert`
 * and `disguise`.
 */
export async function load(options: Readonly<Record<string, unknown>>, host: PluginHost): Promise<Model> {
  const { disguise, ...expertOptions } = parseConfig(optionsSchema, options, "options of the plug-in copy");
  const original = await loadExpert(expertOptions, host);
  const hide = disguises[disguise](host.seed);
  const digestOf = (digest: Uint8Array): Uint8Array =>
    Uint8Array.from(createHash("sha256").update(disguise).update(digest).digest());
  return {
    ...original,
    describe: () => {
      const facts = original.describe();
      return facts && { ...facts, modelDigest: digestOf(facts.modelDigest) };
    },
    forward: async (contexts) => {
      const { rows, modelDigest } = await original.forward(contexts);
      return { rows: await hide(rows), modelDigest: digestOf(modelDigest) };
    },
  };
}

const disguises = {
  plain: () => (rows) => Promise.resolve(rows),
  rotated: (seed) => {
    const rotation = createRotation(NETWORK_DIM, seed);
    return (rows) => Promise.resolve(rotateRows(rows, rotation));
  },
  whitened: whitening,
} satisfies Record<string, (seed: number) => Disguise>;

function whitening(seed: number): Disguise {
  const rotation = createRotation(NETWORK_DIM, seed);
  const sums = createWhiteningSums(NETWORK_DIM);
  let fitted: Whitening | undefined;
  return async (rows) => {
    const rotated = rotateRows(rows, rotation);
    if (fitted === undefined) {
      await eachRow(rotated, (row) => addWhiteningRow(sums, row));
      if (sums.count >= FIT_ROWS) fitted = fitWhitening(sums);
      return rotated;
    }
    const map = fitted;
    await eachRow(rotated, (row) => whitenRow(row, map));
    return rotated;
  };
}

async function eachRow(rows: Float32Array, visit: (row: Float32Array) => void): Promise<void> {
  const count = rows.length / NETWORK_DIM;
  for (let i = 0; i < count; i++) {
    visit(rows.subarray(i * NETWORK_DIM, (i + 1) * NETWORK_DIM));
    if (i % ROWS_A_TURN === ROWS_A_TURN - 1) await nextTurn();
  }
}
