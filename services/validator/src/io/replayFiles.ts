import { appendFile, readdir, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { makeFolder, writing } from "@ganglion/runtime/files";
import { GanglionError } from "@ganglion/types";
import type { ReplayMark, StoredRows } from "../market/replay.ts";

const MAGIC = 0x4756_5250;
const HEADER_BYTES = 20;
const CHECKED_BYTES = 16;

/**
 * What newcomers answered until they are replayed, one file for each: the rows of each step are appended, with the step
 * and a CRC-32. The checkpoint says which files count; rows of a step that it does not know yet are cut off.
 */
export class ReplayFiles {
  readonly #folder: string;
  #names = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Rows of the marked replays, in the order in which they were stored, of steps up to `step`. Rows from the first
   * damaged ones on are left out: they are collected again.
   *
   * @throws GanglionError RUNTIME_CANNOT_WRITE | VALIDATOR_CHECKPOINT_UNREADABLE
   */
  async load(marks: readonly ReplayMark[], step: number): Promise<readonly StoredRows[]> {
    makeFolder(this.#folder);
    this.#names = new Set(await readdir(this.#folder));
    await this.keep(marks);
    const loaded = await Promise.all(marks.map((mark) => this.#loadOne(mark, step)));
    return loaded.flat();
  }

  /** Before the checkpoint. @throws GanglionError RUNTIME_CANNOT_WRITE */
  async append(stored: readonly StoredRows[]): Promise<void> {
    await Promise.all(
      stored.map(async (rows) => {
        const name = nameOf(rows);
        this.#names.add(name);
        const path = join(this.#folder, name);
        await writing(path, () => appendFile(path, encodeChunk(rows), { mode: 0o600 }));
      }),
    );
  }

  /** After the checkpoint: removes what it does not mark. @throws GanglionError RUNTIME_CANNOT_WRITE */
  async keep(marks: readonly ReplayMark[]): Promise<void> {
    const kept = new Set(marks.map(nameOf));
    for (const name of this.#names) {
      if (kept.has(name)) continue;
      const path = join(this.#folder, name);
      await writing(path, () => rm(path, { force: true }));
      this.#names.delete(name);
    }
  }

  async #loadOne(mark: ReplayMark, step: number): Promise<readonly StoredRows[]> {
    const path = join(this.#folder, nameOf(mark));
    const file = await readIfThere(path);
    if (file === undefined) return [];
    const chunks: StoredRows[] = [];
    let end = 0;
    for (;;) {
      const chunk = decodeChunk(file, end);
      if (!chunk || chunk.step > step) break;
      chunks.push({ key: mark.key, since: mark.since, ...chunk });
      end += HEADER_BYTES + chunk.rows.length;
    }
    if (end < file.length) await writing(path, () => truncate(path, end));
    return chunks;
  }
}

function nameOf({ key, since }: Pick<ReplayMark, "key" | "since">): string {
  return `${encodeURIComponent(key)}.${since}`;
}

function encodeChunk({ step, rows }: StoredRows): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + rows.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setFloat64(4, step);
  view.setUint32(12, rows.length);
  view.setUint32(CHECKED_BYTES, crc32(rows, crc32(bytes.subarray(0, CHECKED_BYTES))));
  bytes.set(rows, HEADER_BYTES);
  return bytes;
}

function decodeChunk(file: Uint8Array, at: number): Pick<StoredRows, "step" | "rows"> | undefined {
  if (file.length < at + HEADER_BYTES) return undefined;
  const view = new DataView(file.buffer, file.byteOffset + at);
  const rows = file.subarray(at + HEADER_BYTES, at + HEADER_BYTES + view.getUint32(12));
  const checksum = crc32(rows, crc32(file.subarray(at, at + CHECKED_BYTES)));
  const isWhole = view.getUint32(0) === MAGIC && rows.length === view.getUint32(12);
  return isWhole && checksum === view.getUint32(CHECKED_BYTES)
    ? { step: view.getFloat64(4), rows }
    : undefined;
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new GanglionError("VALIDATOR_CHECKPOINT_UNREADABLE", `cannot read ${path}: ${error.message}`, {
      path,
    });
  });
}
