import { z } from "zod";

const text = z
  .strictObject({
    /** One text, or JSONL documents when its name ends in .jsonl. */
    file: z.string().min(1).optional(),
    /** Every file below it is a document. */
    folder: z.string().min(1).optional(),
    /** A domain of a corpus that npm can install; it learns from the experts' split. */
    corpus: z.strictObject({ name: z.string().default("demo"), domain: z.string().min(1) }).optional(),
  })
  .refine((source) => Object.values(source).filter((value) => value !== undefined).length === 1, {
    message: "give exactly one of file, folder, corpus",
  });

const shape = z.strictObject({
  width: z.int().min(4).max(4_096),
  blocks: z.int().min(1).max(64),
  heads: z.int().min(1).max(64),
  window: z.int().min(8).max(1_024),
  shifts: z.int().min(1).max(16),
});

/** One training; unknown keys fail. */
export const trainerOptionsSchema = z.strictObject({
  /** Name on the model's card. */
  name: z.string().min(1).max(63),
  text,
  /** Where versions and the checkpoint go; serve it while it trains. */
  modelDir: z.string().min(1),
  /** Where corpora are kept; absent: the user's cache. */
  cacheDir: z.string().min(1).optional(),
  /** Absent: four passes over the text, 200 to 1,500 steps. */
  steps: z.int().min(1).max(1_000_000).optional(),
  /** Windows a step. */
  batch: z.int().min(1).max(1_024).optional(),
  /** Decides the start and the order of the text. */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
  /** Sizes of the network; absent: the default expert. */
  shape: shape.optional(),
  /** The first version is published after so many steps, and a newer one after as many again. */
  publishEverySteps: z.int().min(1).default(200),
  checkpointEverySteps: z.int().min(1).default(50),
  threads: z.int().min(1).max(64).default(1),
  license: z.string().min(1).max(100).default("unspecified"),
  /** Forgets an earlier training in the same folder. */
  fresh: z.boolean().default(false),
});

/** What a caller writes; the schema fills in defaults. */
export type TrainerOptionsInput = z.input<typeof trainerOptionsSchema>;
export type TrainerOptions = z.output<typeof trainerOptionsSchema>;
export type TextSource = TrainerOptions["text"];
