import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, decodeDocuments, partOfDocuments, type WalkState } from "@ganglion/corpus";
import type { Preset } from "@ganglion/params";
import { makeFolder, writeFileAtomic } from "@ganglion/runtime/files";
import { errorMessage, GanglionError } from "@ganglion/types";
import { z } from "zod";
import type { SourceOptions, ValidatorOptions } from "../config.ts";
import { PARAMETERS } from "../core/parameters.ts";
import { TextSupply, type Texts } from "../core/textSupply.ts";
import type { Sources } from "../ports.ts";

const whole = z.int().min(0);
const storedWalk = z.strictObject({
  digest: z.string(),
  digests: z.record(z.string(), z.string()).optional(),
  domains: z.record(
    z.string(),
    z.strictObject({ cursors: z.array(whole), epoch: whole, spentInEpoch: whole }),
  ),
});

/**
 * The validator's text with its walk on disk: what `next` returns is recorded as spent before it returns.
 * @throws GanglionError VALIDATOR_BAD_SOURCE | VALIDATOR_WALK_CORRUPT | CORPUS_BAD_LINE | CORPUS_WALK_MISMATCH
 */
export async function openSources(
  options: ValidatorOptions,
  market: Preset["market"],
  folder: string,
): Promise<Sources> {
  const { mixture } = options;
  const texts = await readTexts(options.sources);
  const path = join(folder, "walk.json");
  makeFolder(folder);
  const supply = new TextSupply(
    texts,
    {
      contextBytes: mixture.contextBytes,
      scoredRowsPerStep: mixture.scoredRowsPerStep ?? market.scoredRowsPerStep,
      trainRowsPerStep: mixture.trainRowsPerStep ?? PARAMETERS.trainRowsPerStep,
      pacePerEpoch: mixture.walkPacePerEpoch ?? market.walkPacePerEpoch,
      seed: mixture.seed,
    },
    await loadWalk(path),
  );
  return {
    domains: supply.domains,
    next: async (request) => {
      const material = supply.next(request);
      if (material.scored.length > 0) await writeFileAtomic(path, JSON.stringify(supply.walkState));
      return material;
    },
    supply: () => supply.supply(),
  };
}

async function readTexts(sources: readonly SourceOptions[]): Promise<Texts> {
  const read = await Promise.all(sources.map(readSource));
  const ofClass = (wanted: SourceOptions["class"]): Document[] =>
    sources.flatMap((source, i) => (source.class === wanted ? (read[i] ?? []) : []));
  return {
    domains: [...new Set(sources.map(({ domain }) => domain))],
    open: ofClass("public"),
    heldBack: ofClass("heldBack"),
  };
}

async function readSource(source: SourceOptions): Promise<Document[]> {
  const files = await Promise.all(source.files.map((file) => readDocuments(file, source.domain)));
  const documents = files.flat();
  const own = source.part ? partOfDocuments(documents, source.part) : documents;
  if (own.length > 0) return own;
  throw new GanglionError(
    "VALIDATOR_BAD_SOURCE",
    `a ${source.class} source of ${source.domain} has no document: check its files and its part`,
    { domain: source.domain, class: source.class },
  );
}

async function readDocuments(file: string, domain: string): Promise<Document[]> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new GanglionError(
      "VALIDATOR_BAD_SOURCE",
      `cannot read ${file}: ${errorMessage(cause)}`,
      { file },
      { cause },
    );
  });
  return decodeDocuments(text, domain);
}

async function loadWalk(path: string): Promise<WalkState | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw corruptWalk(path, error);
  });
  if (text === undefined) return undefined;
  try {
    return storedWalk.parse(JSON.parse(text));
  } catch (cause) {
    throw corruptWalk(path, cause);
  }
}

function corruptWalk(path: string, cause: unknown): GanglionError {
  return new GanglionError(
    "VALIDATOR_WALK_CORRUPT",
    `cannot read ${path}, which says what was scored already: restore it, or use other held-back text`,
    { path },
    { cause },
  );
}
