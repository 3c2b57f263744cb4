import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder, writeFileAtomic } from "@ganglion/runtime/files";
import { asUid, GanglionError, type WeightRow } from "@ganglion/types";
import { z } from "zod";
import type { PendingCommit } from "../core/commit.ts";

export type WeightCommit = PendingCommit<readonly WeightRow[]> & {
  /** Of the scoring rules that made the rows: a program updated since reveals what it promised before. */
  readonly version: number;
};

const u16 = z.int().min(0).max(65_535);
const stored = z.strictObject({
  genesisHash: z.string(),
  commits: z.array(
    z.strictObject({
      epoch: z.int().min(0),
      status: z.enum(["stored", "committed", "revealed"]),
      rows: z.array(
        z.strictObject({
          domainId: u16,
          entries: z.array(z.strictObject({ uid: u16.transform(asUid), weight: u16.min(1) })),
        }),
      ),
      version: z.int().min(0).default(1),
    }),
  ),
});

/** Rows that were or may have been committed, on disk before their commitment is sent. */
export class CommitStore {
  readonly #path: string;
  readonly #genesisHash: string;
  #commits: readonly WeightCommit[] = [];

  /** @param genesisHash hexadecimal; rows of another ledger are void */
  constructor(path: string, genesisHash: string) {
    this.#path = path;
    this.#genesisHash = genesisHash;
  }

  get commits(): readonly WeightCommit[] {
    return this.#commits;
  }

  /** @throws GanglionError VALIDATOR_COMMITS_CORRUPT */
  async load(): Promise<void> {
    makeFolder(dirname(this.#path));
    const text = await readFile(this.#path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw this.#corrupt(error);
    });
    if (text === undefined) return;
    try {
      const { genesisHash, commits } = stored.parse(JSON.parse(text));
      this.#commits = genesisHash === this.#genesisHash ? commits : [];
    } catch (cause) {
      throw this.#corrupt(cause);
    }
  }

  /** Adds or replaces an epoch's entry; on disk when it resolves. */
  async put(commit: WeightCommit): Promise<void> {
    const others = this.#commits.filter(({ epoch }) => epoch !== commit.epoch);
    await this.#save([...others, commit].sort((a, b) => a.epoch - b.epoch));
  }

  async forget(epoch: number): Promise<void> {
    await this.#save(this.#commits.filter((commit) => commit.epoch !== epoch));
  }

  async #save(commits: readonly WeightCommit[]): Promise<void> {
    await writeFileAtomic(this.#path, JSON.stringify({ genesisHash: this.#genesisHash, commits }));
    this.#commits = commits;
  }

  #corrupt(cause: unknown): GanglionError {
    return new GanglionError(
      "VALIDATOR_COMMITS_CORRUPT",
      `cannot read ${this.#path}: move it away; at most one epoch's weights are not revealed then`,
      { path: this.#path },
      { cause },
    );
  }
}
