import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { ExpertShape } from "@ganglion/expert";
import type { TensorRecord } from "@ganglion/inference";
import { float32Tensor, type Tensor } from "@ganglion/onnx";
import { makeFolder, writeFileAtomic } from "@ganglion/runtime/files";
import { GanglionError, InvariantError } from "@ganglion/types";
import { z } from "zod";
import { MODEL_FOLDER_MODE } from "./modelFolder.ts";

const MAGIC = "ganglion-training-1\n";
const LENGTH_BYTES = 4;

const header = z.strictObject({
  shape: z.strictObject({
    width: z.int(),
    blocks: z.int(),
    heads: z.int(),
    window: z.int(),
    shifts: z.int(),
  }),
  seed: z.int(),
  batch: z.int(),
  dataDigest: z.string(),
  step: z.int(),
  tensors: z.array(z.strictObject({ name: z.string(), shape: z.array(z.int().min(0)) })),
});

/** What identifies a training: a checkpoint continues only the same one. The number of steps may change. */
export type TrainingIdentity = {
  readonly shape: ExpertShape;
  readonly seed: number;
  readonly batch: number;
  readonly dataDigest: string;
};

export type Checkpoint = TrainingIdentity & { readonly step: number; readonly state: TensorRecord };

/**
 * Weights and moments as float32, little-endian, behind a JSON header.
 * @throws GanglionError RUNTIME_CANNOT_WRITE
 */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { state, ...identity } = checkpoint;
  const entries = Object.entries(state);
  const tensors = entries.map(([name, { shape }]) => ({ name, shape }));
  const head = Buffer.from(JSON.stringify({ ...identity, tensors }));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(head.length);
  const bodies = entries.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  makeFolder(dirname(path), MODEL_FOLDER_MODE);
  await writeFileAtomic(path, Buffer.concat([Buffer.from(MAGIC), length, head, ...bodies]));
}

/** Undefined if there is none. @throws GanglionError TRAINER_BAD_CHECKPOINT */
export async function loadCheckpoint(path: string): Promise<Checkpoint | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return decode(bytes);
  } catch (cause) {
    throw new GanglionError(
      "TRAINER_BAD_CHECKPOINT",
      `${path} is damaged; remove it to train anew (published versions stay)`,
      { path },
      { cause },
    );
  }
}

function decode(bytes: Buffer): Checkpoint {
  const start = MAGIC.length + LENGTH_BYTES;
  if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) throw new InvariantError("another format");
  const end = start + bytes.readUInt32LE(MAGIC.length);
  const { tensors, ...identity } = header.parse(JSON.parse(bytes.toString("utf8", start, end)));
  const state: Record<string, Tensor> = {};
  let at = end;
  for (const { name, shape } of tensors) {
    const size = shape.reduce((product, dim) => product * dim, 1);
    if (at + 4 * size > bytes.length) throw new InvariantError("it ends early");
    // A copy: the file's floats need not be aligned in the buffer.
    const data = new Float32Array(new Uint8Array(bytes.subarray(at, at + 4 * size)).buffer);
    state[name] = float32Tensor(data, shape);
    at += 4 * size;
  }
  return { ...identity, state };
}

/** Whether a file or a folder above it is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
