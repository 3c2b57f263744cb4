import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  buildForwardModel,
  buildHeadModel,
  encodeModelCard,
  initialParameters,
  MODEL_FILES,
  parameterCount,
  signModelCard,
} from "@ganglion/expert";
import { createSigner } from "@ganglion/keys";

const shape = { width: 16, blocks: 1, heads: 2, window: 32, shifts: 2 };

/** Publishes a tiny untrained expert as a version of a model directory, as the trainer does. */
export async function publishTinyExpert(modelDir: string, id: string, seed: number): Promise<void> {
  const parameters = initialParameters(shape, seed);
  const forward = buildForwardModel(shape, parameters);
  const head = buildHeadModel(parameters);
  const folder = join(modelDir, MODEL_FILES.versions, id);
  await mkdir(folder, { recursive: true });
  const modelDigest = createHash("sha256").update(forward).update(head).digest("hex");
  const facts = {
    format: 1,
    name: "tiny",
    plugin: "expert",
    shape,
    parameterCount: parameterCount(shape),
    modelDigest,
    dataDigest: "0".repeat(64),
    heldOutBitsPerByte: 8,
    trainedSteps: seed,
    plannedSteps: 100,
    license: "Apache-2.0",
  } as const;
  const card = encodeModelCard(signModelCard(facts, createSigner(new Uint8Array(32).fill(6))));
  await writeFile(join(folder, MODEL_FILES.model), forward);
  await writeFile(join(folder, MODEL_FILES.head), head);
  await writeFile(join(folder, MODEL_FILES.card), card);
  await point(modelDir, id);
}

/** Makes a version the current one. */
async function point(modelDir: string, id: string): Promise<void> {
  const current = join(modelDir, MODEL_FILES.current);
  await writeFile(`${current}.new`, id);
  await rename(`${current}.new`, current);
}
