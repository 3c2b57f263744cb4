import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "@ganglion/runtime/files";
import type { SnapshotOffer } from "../../engine/cometbft/snapshotSource.ts";
import { describeSnapshot, isWellFormed, SNAPSHOT_FORMAT, sha256 } from "./snapshotFormat.ts";

const METADATA_FILE = "hashes";
const PARTIAL = ".partial";

/** Writes one snapshot; it is there for others once `finish` has named all its chunks. */
export type SnapshotWriter = {
  readonly add: (chunk: Uint8Array) => Promise<void>;
  readonly finish: () => Promise<SnapshotOffer>;
};

/** A node's snapshots on disk: a folder each, named by height, with the chunks' hashes and a file a chunk. */
export class SnapshotFolder {
  readonly #path: string;
  readonly #kept: number;
  #offers: readonly SnapshotOffer[];

  /**
   * What a stopped process left half done is removed.
   * @param path made if absent
   * @param kept newest snapshots that stay
   */
  constructor(path: string, kept: number) {
    makeFolder(path);
    this.#path = path;
    this.#kept = kept;
    for (const name of readdirSync(path))
      if (name.endsWith(PARTIAL)) rmSync(join(path, name), { recursive: true, force: true });
    this.#offers = readdirSync(path)
      .flatMap((name) => readOffer(path, name))
      .sort((a, b) => b.height - a.height);
  }

  /** The newest first. */
  list(): readonly SnapshotOffer[] {
    return this.#offers;
  }

  /** Empty when it is not there any more. */
  async chunk(height: number, index: number): Promise<Uint8Array> {
    if (!this.#offers.some((offer) => offer.height === height && index < offer.chunks))
      return new Uint8Array(0);
    return readFile(join(this.#path, String(height), String(index))).catch(() => new Uint8Array(0));
  }

  /** @throws GanglionError RUNTIME_CANNOT_WRITE */
  writer(height: number): SnapshotWriter {
    const partial = join(this.#path, `${height}${PARTIAL}`);
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial);
    const hashes: Uint8Array[] = [];
    return {
      add: async (chunk) => {
        const index = hashes.push(sha256(chunk)) - 1;
        await writeSynced(join(partial, String(index)), chunk);
      },
      finish: async () => {
        const offer = describeSnapshot(height, hashes);
        await writeSynced(join(partial, METADATA_FILE), offer.metadata);
        const final = join(this.#path, String(height));
        await rm(final, { recursive: true, force: true });
        await rename(partial, final);
        const others = this.#offers.filter((other) => other.height !== height);
        this.#keep([...others, offer]);
        return offer;
      },
    };
  }

  /** Forgets those above a height: of blocks that were rolled back. */
  dropAbove(height: number): void {
    for (const offer of this.#offers)
      if (offer.height > height)
        rmSync(join(this.#path, String(offer.height)), { recursive: true, force: true });
    this.#offers = this.#offers.filter((offer) => offer.height <= height);
  }

  #keep(offers: readonly SnapshotOffer[]): void {
    const newestFirst = offers.toSorted((a, b) => b.height - a.height);
    this.#offers = newestFirst.slice(0, this.#kept);
    for (const { height } of newestFirst.slice(this.#kept))
      rmSync(join(this.#path, String(height)), { recursive: true, force: true });
  }
}

function readOffer(path: string, name: string): SnapshotOffer[] {
  try {
    const metadata = Uint8Array.from(readFileSync(join(path, name, METADATA_FILE)));
    const chunks = metadata.length / 32;
    const offer = { height: Number(name), format: SNAPSHOT_FORMAT, chunks, hash: sha256(metadata), metadata };
    return isWellFormed(offer) ? [offer] : [];
  } catch {
    return [];
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
