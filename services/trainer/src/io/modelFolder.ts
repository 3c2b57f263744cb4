import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  encodeModelCard,
  MODEL_FILES,
  type ModelCard,
  parseModelCard,
  type SignedModelCard,
  signModelCard,
} from "@ganglion/expert";
import { type Signer, verifySignature } from "@ganglion/keys";
import { makeFolder, writeFileAtomic } from "@ganglion/runtime/files";
import { GanglionError } from "@ganglion/types";

/** Whoever serves a model may still be reading the version before. */
const VERSIONS_KEPT = 3;
const STEP_DIGITS = 7;
/** A model is no secret: whoever serves it may be another user. */
export const MODEL_FOLDER_MODE = 0o755;
const FILE = { mode: 0o644 };

export type PublishedModel = { readonly dir: string; readonly card: SignedModelCard };

/** Writes a version beside the earlier ones, then makes it current. Returns its signed card. */
export async function publishVersion(
  modelDir: string,
  models: { readonly model: Uint8Array; readonly head: Uint8Array },
  facts: Omit<ModelCard, "modelDigest">,
  signer: Signer,
): Promise<SignedModelCard> {
  const modelDigest = createHash("sha256").update(models.model).update(models.head).digest("hex");
  const card = signModelCard({ ...facts, modelDigest }, signer);
  const id = `${String(card.trainedSteps).padStart(STEP_DIGITS, "0")}-${modelDigest.slice(0, 12)}`;
  const dir = join(modelDir, MODEL_FILES.versions, id);
  makeFolder(dir, MODEL_FOLDER_MODE);
  await writeFileAtomic(join(dir, MODEL_FILES.model), models.model, FILE);
  await writeFileAtomic(join(dir, MODEL_FILES.head), models.head, FILE);
  await writeFileAtomic(join(dir, MODEL_FILES.card), encodeModelCard(card), FILE);
  await writeFileAtomic(join(modelDir, MODEL_FILES.current), `${id}\n`, FILE);
  await removeOldVersions(modelDir, id);
  return card;
}

/**
 * The current version, undefined while there is none.
 * @throws GanglionError TRAINER_BAD_MODEL | EXPERT_BAD_CARD | EXPERT_UNSIGNED_CARD | EXPERT_BAD_SIGNATURE
 */
export async function readPublished(modelDir: string): Promise<PublishedModel | undefined> {
  const id = await readFile(join(modelDir, MODEL_FILES.current), "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
  if (id === undefined) return undefined;
  if (!/^[0-9a-z-]+$/.test(id)) throw badModel(modelDir, "its pointer is damaged");
  const dir = join(modelDir, MODEL_FILES.versions, id);
  const card = await readFile(join(dir, MODEL_FILES.card), "utf8").catch((cause: unknown) => {
    throw badModel(modelDir, `version ${id} has no card`, cause);
  });
  return { dir, card: parseModelCard(card, verifySignature) };
}

async function removeOldVersions(modelDir: string, current: string): Promise<void> {
  const versions = join(modelDir, MODEL_FILES.versions);
  const others = (await readdir(versions)).filter((id) => id !== current).sort((a, b) => (a < b ? 1 : -1));
  for (const id of others.slice(VERSIONS_KEPT - 1))
    await rm(join(versions, id), { recursive: true, force: true });
}

function badModel(modelDir: string, why: string, cause?: unknown): GanglionError {
  return new GanglionError(
    "TRAINER_BAD_MODEL",
    `${modelDir} holds no usable model: ${why}; train it again`,
    { modelDir },
    {
      cause,
    },
  );
}
