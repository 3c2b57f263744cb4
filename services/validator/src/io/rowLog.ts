import { appendFile, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder, writing } from "@ganglion/runtime/files";
import type { ScoredRow } from "../core/describeRows.ts";

/** Appends scored rows as JSON lines; beyond the size it starts anew and keeps one older file (`.1`). */
export class RowLog {
  readonly #path: string;
  readonly #maxBytes: number;

  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  /** @throws GanglionError RUNTIME_CANNOT_WRITE */
  async append(rows: readonly ScoredRow[]): Promise<void> {
    if (rows.length > 0) await writing(this.#path, () => this.#write(rows));
  }

  async #write(rows: readonly ScoredRow[]): Promise<void> {
    makeFolder(dirname(this.#path));
    const size = await stat(this.#path).then(
      (info) => info.size,
      () => 0,
    );
    if (size > this.#maxBytes) await rename(this.#path, `${this.#path}.1`);
    await appendFile(this.#path, `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
  }
}
