import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TrainerOptions, type TrainerOptionsInput, trainerOptionsSchema } from "@ganglion/trainer";
import type { Logger } from "@ganglion/types";

const TINY_SHAPE = { width: 8, blocks: 1, heads: 2, window: 16, shifts: 2 };

/** A folder of its own with a text that a tiny model can learn in a few steps. */
export async function tinyText(): Promise<{ readonly dir: string; readonly file: string }> {
  const dir = await mkdtemp(join(tmpdir(), "ganglion-trainer-"));
  const file = join(dir, "text.txt");
  await writeFile(file, "the quick brown fox jumps over the lazy dog. ".repeat(60));
  return { dir, file };
}

export function tinyOptions(
  dir: string,
  file: string,
  more: Partial<TrainerOptionsInput> = {},
): TrainerOptions {
  return trainerOptionsSchema.parse({
    name: "tiny",
    text: { file },
    modelDir: join(dir, "model"),
    shape: TINY_SHAPE,
    batch: 4,
    steps: 12,
    publishEverySteps: 5,
    checkpointEverySteps: 4,
    ...more,
  });
}

export const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};
