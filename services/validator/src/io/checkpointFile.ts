import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { makeFolder, writing } from "@ganglion/runtime/files";
import { GanglionError } from "@ganglion/types";

const MAGIC = 0x4756434b;
const VERSION = 1;
const HEADER_BYTES = 32;
const FILES = ["state.a", "state.b"] as const;

type Header = { readonly generation: number; readonly bytes: number; readonly checksum: number };

/**
 * The large part of a checkpoint, written after every step: two files in turn, in place, each with a generation
 * and a CRC-32 (against torn writes, not against people). A kill leaves the other one whole. In place and without a sync, because replacing tens of
 * megabytes a second through rename forces each version to the disk; a sync every `syncEveryMs` bounds what a
 * power cut can lose.
 */
export class CheckpointFile {
  readonly #folder: string;
  readonly #syncEveryMs: number;
  #generation = 0;
  #syncedAtMs = 0;

  constructor(folder: string, syncEveryMs: number) {
    this.#folder = folder;
    this.#syncEveryMs = syncEveryMs;
  }

  /**
   * The newest whole payload; undefined in a new folder.
   * @throws GanglionError VALIDATOR_CHECKPOINT_CORRUPT when there are files and none is whole
   */
  async load(): Promise<Uint8Array | undefined> {
    makeFolder(this.#folder);
    const found = await Promise.all(FILES.map((name) => readState(join(this.#folder, name))));
    const present = found.filter((state) => state !== undefined);
    let newest: { readonly generation: number; readonly payload: Uint8Array } | undefined;
    for (const state of present)
      if (state !== "broken" && (!newest || state.generation > newest.generation)) newest = state;
    if (!newest && present.length > 0)
      throw new GanglionError(
        "VALIDATOR_CHECKPOINT_CORRUPT",
        `no checkpoint in ${this.#folder} is whole: move ${FILES.join(" and ")} away to let it learn again (what was scored stays known)`,
        { folder: this.#folder },
      );
    this.#generation = newest?.generation ?? 0;
    return newest?.payload;
  }

  /**
   * @param parts the payload in pieces, so that nobody joins them
   * @throws GanglionError RUNTIME_CANNOT_WRITE
   */
  async save(parts: readonly Uint8Array[], nowMs: number): Promise<void> {
    const generation = this.#generation + 1;
    const path = join(this.#folder, FILES[generation % 2] ?? FILES[0]);
    await writing(path, () => this.#write(path, generation, parts, nowMs));
    this.#generation = generation;
  }

  async #write(path: string, generation: number, parts: readonly Uint8Array[], nowMs: number): Promise<void> {
    const file = await openForUpdate(path);
    try {
      await writeState(file, generation, parts);
      if (nowMs - this.#syncedAtMs >= this.#syncEveryMs) {
        await file.datasync();
        this.#syncedAtMs = nowMs;
      }
    } finally {
      await file.close();
    }
  }
}

/**
 * Payload first, header last; a full disk writes less without an error.
 * @throws Error when not all was written; the file then holds no state
 */
export async function writeState(
  file: Pick<FileHandle, "write" | "writev">,
  generation: number,
  parts: readonly Uint8Array[],
): Promise<void> {
  // A half-written file must not pass for the generation that it held before.
  await file.write(new Uint8Array(HEADER_BYTES), 0, HEADER_BYTES, 0);
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  const { bytesWritten } = await file.writev([...parts], HEADER_BYTES);
  if (bytesWritten !== bytes) throw new Error(`${bytesWritten} of ${bytes} bytes written`);
  await file.write(encodeHeader(generation, parts), 0, HEADER_BYTES, 0);
}

async function openForUpdate(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r+");
  } catch {
    return await open(path, "w+", 0o600);
  }
}

function encodeHeader(generation: number, parts: readonly Uint8Array[]): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  let checksum = 0;
  let bytes = 0;
  for (const part of parts) {
    checksum = crc32(part, checksum);
    bytes += part.length;
  }
  view.setUint32(0, MAGIC);
  view.setUint32(4, VERSION);
  view.setFloat64(8, generation);
  view.setFloat64(16, bytes);
  view.setUint32(24, checksum);
  return header;
}

async function readState(path: string) {
  const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new GanglionError("VALIDATOR_CHECKPOINT_UNREADABLE", `cannot read ${path}: ${error.message}`, {
      path,
    });
  });
  if (file === undefined) return undefined;
  const header = decodeHeader(file);
  if (!header || file.length < HEADER_BYTES + header.bytes) return "broken" as const;
  const payload = file.subarray(HEADER_BYTES, HEADER_BYTES + header.bytes);
  if (crc32(payload) !== header.checksum) return "broken" as const;
  return { generation: header.generation, payload: new Uint8Array(payload) };
}

function decodeHeader(file: Uint8Array): Header | undefined {
  if (file.length < HEADER_BYTES) return undefined;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(0) !== MAGIC || view.getUint32(4) !== VERSION) return undefined;
  return {
    generation: view.getFloat64(8),
    bytes: view.getFloat64(16),
    checksum: view.getUint32(24),
  };
}
