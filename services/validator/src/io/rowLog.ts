import { appendFile, mkdir, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** One scored context: where it was, and what the market and its best miner paid for its byte, in bits. */
export type ScoredRow = {
  readonly step: number;
  readonly domain: string;
  readonly document: string;
  /** Index of the predicted byte in the document. */
  readonly offset: number;
  /** Bytes of context that the miners saw before it. */
  readonly context: number;
  /** The mixture's cost; `bits` is the name that `evaluate --windows` replays. */
  readonly bits: number;
  /** Cost of the best of the domain's own heads so far, by its moving average, on this row; absent if it was not asked. */
  readonly bestSingleBits?: number;
  readonly bestSingleUid?: number;
};

/** Appends scored rows as JSON lines; beyond the size it starts anew and keeps one older file (`.1`). */
export class RowLog {
  readonly #path: string;
  readonly #maxBytes: number;

  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  async append(rows: readonly ScoredRow[]): Promise<void> {
    if (rows.length === 0) return;
    await mkdir(dirname(this.#path), { recursive: true });
    const size = await stat(this.#path).then(
      (info) => info.size,
      () => 0,
    );
    if (size > this.#maxBytes) await rename(this.#path, `${this.#path}.1`);
    await appendFile(this.#path, `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
  }
}
