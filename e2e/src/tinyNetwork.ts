import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startTrainer, trainerOptionsSchema } from "@ganglion/local";
import { createLogger } from "@ganglion/runtime/log";

const MANIFEST = fileURLToPath(new URL("../networks/tiny.yaml", import.meta.url));
const SMALLEST = fileURLToPath(new URL("../networks/smallest.yaml", import.meta.url));
const SPLITS = { experts: 30, mixture: 30, heldBack: 60 };
const DOCUMENT_BYTES = 2_000;
const SEED = 20_261_122;

const SUBJECTS = ["the old miller", "a young sailor", "my neighbour", "the quiet teacher", "her brother"];
const VERBS = ["carries", "remembers", "paints", "forgets", "repairs", "watches"];
const OBJECTS = ["the blue boat", "an empty basket", "the broken clock", "his garden", "a long letter"];
const ENDINGS = [
  "in the morning",
  "behind the church",
  "without a word",
  "for the last time",
  "every winter",
];

export type TinyNetwork = {
  /** The folder to start it in: its texts and network.yaml. */
  readonly folder: string;
  readonly file: string;
  readonly stateDir: string;
};

/** Writes the small network, its two languages and the model of one of them into a new folder. */
export async function writeTinyNetwork(): Promise<TinyNetwork> {
  const folder = writeTexts();
  await trainSums(folder);
  copyFileSync(MANIFEST, join(folder, "network.yaml"));
  return { folder, file: "network.yaml", stateDir: join(folder, "state") };
}

/** One validator of one domain and the noise, for tests in which nothing needs to be learned. */
export function writeSmallestNetwork(): Omit<TinyNetwork, "stateDir"> {
  const folder = writeTexts();
  copyFileSync(SMALLEST, join(folder, "network.yaml"));
  return { folder, file: "network.yaml" };
}

function writeTexts(): string {
  const folder = mkdtempSync(join(tmpdir(), "ganglion-e2e-"));
  mkdirSync(join(folder, "texts"));
  const random = createRandom(SEED);
  for (const [split, documents] of Object.entries(SPLITS))
    for (const [domain, sentence] of Object.entries({ prose, sums }))
      writeFileSync(
        join(folder, "texts", `${domain}-${split}.jsonl`),
        Array.from({ length: documents }, (_, index) =>
          JSON.stringify({ id: `${domain}-${split}-${index}`, text: documentOf(() => sentence(random)) }),
        ).join("\n"),
      );
  return folder;
}

async function trainSums(folder: string): Promise<void> {
  const options = trainerOptionsSchema.parse({
    name: "sums",
    text: { file: join(folder, "texts", "sums-experts.jsonl") },
    modelDir: join(folder, "models", "sums"),
    shape: { width: 32, blocks: 1, heads: 2, window: 64, shifts: 2 },
    batch: 8,
    steps: 150,
  });
  const trainer = await startTrainer(options, { logger: createLogger({ level: "warn" }) });
  await trainer.done;
}

function documentOf(sentence: () => string): string {
  let text = "";
  while (text.length < DOCUMENT_BYTES) text += sentence();
  return text;
}

function prose(random: () => number): string {
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? "";
  return `${pick(SUBJECTS)} ${pick(VERBS)} ${pick(OBJECTS)} ${pick(ENDINGS)}. `;
}

function sums(random: () => number): string {
  const [left, right] = [Math.floor(random() * 90) + 10, Math.floor(random() * 90) + 10];
  return `SUM(${left},${right})=${left + right};\n`;
}

/** Uniform in [0, 1), the same on every machine. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}
