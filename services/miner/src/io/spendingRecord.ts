import { readFile } from "node:fs/promises";
import { writeFileAtomic } from "@ganglion/runtime/files";
import { errorMessage, GanglionError } from "@ganglion/types";
import { z } from "zod";

const DAY_MS = 86_400_000;

const fileSchema = z.strictObject({ version: z.literal(1), triedAtMs: z.array(z.number().nonnegative()) });

/** When burns were tried in the last 24 hours; survives a restart, so that limits do too. */
export class SpendingRecord {
  readonly #path: string;
  #triedAtMs: readonly number[];

  private constructor(path: string, triedAtMs: readonly number[]) {
    this.#path = path;
    this.#triedAtMs = triedAtMs;
  }

  /** @throws GanglionError MINER_BAD_STATE for a file that is damaged: without it limits cannot be kept */
  static async open(path: string): Promise<SpendingRecord> {
    const text = await readFile(path, "utf8").catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw damaged(path, error);
    });
    if (text === undefined) return new SpendingRecord(path, []);
    try {
      return new SpendingRecord(path, fileSchema.parse(JSON.parse(text)).triedAtMs);
    } catch (error) {
      throw damaged(path, error);
    }
  }

  /** Tries at most a day old; one from the future (the clock went back) counts as well. */
  count(nowMs: number): number {
    return this.#triedAtMs.filter((atMs) => atMs > nowMs - DAY_MS).length;
  }

  /** To be awaited before the burn is sent. @throws GanglionError RUNTIME_CANNOT_WRITE */
  async add(nowMs: number): Promise<void> {
    this.#triedAtMs = [...this.#triedAtMs.filter((atMs) => atMs > nowMs - DAY_MS), nowMs];
    await writeFileAtomic(this.#path, JSON.stringify({ version: 1, triedAtMs: this.#triedAtMs }));
  }
}

function damaged(path: string, cause: unknown): GanglionError {
  return new GanglionError(
    "MINER_BAD_STATE",
    `${path} is damaged (${errorMessage(cause)}): repair it, or delete it to start counting burns anew`,
    { path },
    { cause },
  );
}
