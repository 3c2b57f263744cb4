import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MODEL_FILES, type ModelCard, parseModelCard } from "@ganglion/expert";
import { verifySignature } from "@ganglion/keys";
import { bytesToHex, errorMessage, GanglionError, hexToBytes } from "@ganglion/types";
import type { Model, ModelContext, ModelFacts } from "../plugin.ts";
import { ExpertSession } from "./expertSession.ts";

/** One version of a trained expert, loaded. */
export type ExpertVersion = {
  readonly id: string;
  readonly facts: ModelFacts;
  /** Rows [rows, NETWORK_DIM] by contexts, then positions. */
  readonly forward: (contexts: readonly ModelContext[]) => Promise<Float32Array>;
  readonly generate: Model["generate"];
  readonly close: () => Promise<void>;
};

const VERSION_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/u;

/**
 * Name of the newest version in a model directory; undefined while there is none.
 * @throws GanglionError MINER_BAD_MODEL
 */
export async function findExpertVersion(modelDir: string): Promise<string | undefined> {
  const path = join(modelDir, MODEL_FILES.current);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw bad(modelDir, `cannot read ${path} (${errorMessage(cause)})`, cause);
  });
  const id = text?.trim();
  if (id !== undefined && !VERSION_NAME.test(id)) throw bad(modelDir, `${path} names no version`);
  return id;
}

/**
 * Reads one version whole, checks it against its card and opens it in a worker.
 * @throws GanglionError MINER_BAD_MODEL | EXPERT_BAD_CARD | EXPERT_UNSIGNED_CARD | EXPERT_BAD_SIGNATURE | INFERENCE_BAD_MODEL
 */
export async function openExpertVersion(
  modelDir: string,
  id: string,
  threads: number,
): Promise<ExpertVersion> {
  const folder = join(modelDir, MODEL_FILES.versions, id);
  const read = (name: string): Promise<Buffer> =>
    readFile(join(folder, name)).catch((cause: unknown) => {
      throw bad(modelDir, `cannot read ${join(folder, name)} (${errorMessage(cause)})`, cause);
    });
  const card = parseModelCard((await read(MODEL_FILES.card)).toString("utf8"), verifySignature);
  const [forward, head] = await Promise.all([read(MODEL_FILES.model), read(MODEL_FILES.head)]);
  const digest = createHash("sha256").update(forward).update(head).digest();
  if (bytesToHex(digest) !== card.modelDigest)
    throw bad(modelDir, `the files of version ${id} do not match its card: train or copy it again`);
  const session = await ExpertSession.open({ forward, head, window: card.shape.window }, threads);
  return {
    id,
    facts: factsOf(card),
    forward: (contexts) => session.forward(contexts),
    generate: (prompt, options, signal) => session.generate(prompt, options, signal),
    close: () => session.close(),
  };
}

function factsOf(card: ModelCard): ModelFacts {
  return {
    name: card.name,
    parameterCount: card.parameterCount,
    modelDigest: hexToBytes(card.modelDigest),
    dataDigest: hexToBytes(card.dataDigest),
    bitsPerByte: card.heldOutBitsPerByte,
    license: card.license,
    trainedSteps: card.trainedSteps,
  };
}

function bad(modelDir: string, why: string, cause?: unknown): GanglionError {
  return new GanglionError("MINER_BAD_MODEL", why, { modelDir }, { cause });
}
