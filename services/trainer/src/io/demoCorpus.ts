import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import {
  type Document,
  encodeDocuments,
  extractCode,
  extractMessages,
  extractProgram,
  extractProse,
  type Pages,
  SPLIT_NAMES,
  type SplitName,
  splitDocuments,
} from "@ganglion/corpus";
import { makeFolder } from "@ganglion/runtime/files";
import { GanglionError, type Logger } from "@ganglion/types";
import { installPackages, type NpmPackage } from "./npmPackage.ts";

const PAGES: NpmPackage = {
  name: "electron-i18n",
  version: "1.3136.0",
  integrity:
    "sha512-gNk+L8tYGVrC8l7vV4nFpjNRmpWI8NuotY3ObGbkICOE8lg/PAjvLKHnTFD0Lo7P6cOcPT+Xn2uVPyOYgjzMCg==",
};
const COMPILER: NpmPackage = {
  name: "typescript",
  version: "5.9.3",
  integrity:
    "sha512-jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==",
};
/** Domain of a corpus -> locale of its pages. */
const LOCALES: Readonly<Record<string, string>> = {
  en: "en-US",
  fr: "fr-FR",
  de: "de-DE",
  es: "es-ES",
  pt: "pt-BR",
  ru: "ru-RU",
  ja: "ja-JP",
  zh: "zh-CN",
};
const CODE = "code";
const PROGRAM_CHARACTERS = 400_000;
/** Of the seeds tried, the one whose splits come nearest to 60 / 20 / 20 of the bytes in en, fr, de and code. */
const SPLIT_SEED = 8;
/** To be raised when the extraction or the split changes: a corpus is found by its recipe. */
const RECIPE_VERSION = 2;

/** A corpus as JSONL files, one a split and domain: `{"id", "text"}` lines, see `decodeDocuments`. */
export type Corpus = {
  readonly name: string;
  readonly dir: string;
  readonly domains: readonly string[];
  /** @throws GanglionError TRAINER_NO_SUCH_DOMAIN */
  readonly file: (split: SplitName, domain: string) => string;
};

export type CorpusRequest = {
  /** "demo" is the only name so far. */
  readonly name?: string | undefined;
  /** Absent: $GANGLION_CACHE, or ganglion in the user's cache folder. */
  readonly cacheDir?: string | undefined;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
};

/**
 * Finds the demo corpus in the cache, or installs its packages and makes it. Safe to call from several processes at
 * once.
 *
 * @throws GanglionError RUNTIME_CANNOT_WRITE | TRAINER_NO_SUCH_CORPUS | TRAINER_CORPUS_UNAVAILABLE | TRAINER_CORPUS_CHANGED
 */
export async function prepareCorpus(request: CorpusRequest): Promise<Corpus> {
  const name = request.name ?? "demo";
  if (name !== "demo")
    throw new GanglionError(
      "TRAINER_NO_SUCH_CORPUS",
      `there is no corpus "${name}"; "demo" is the one there is`,
      { name },
    );
  const cacheDir = resolve(request.cacheDir ?? defaultCacheDir());
  const dir = join(cacheDir, "corpora", name, recipeDigest());
  if (!(await exists(dir))) await makeCorpus(cacheDir, dir, request);
  const domains = [...Object.keys(LOCALES), CODE];
  return {
    name,
    dir,
    domains,
    file: (split, domain) => {
      if (!domains.includes(domain))
        throw new GanglionError(
          "TRAINER_NO_SUCH_DOMAIN",
          `the corpus "${name}" has no domain "${domain}"; choose one of ${domains.join(", ")}`,
          { domain },
        );
      return join(dir, split, `${domain}.jsonl`);
    },
  };
}

/** $GANGLION_CACHE, or `ganglion` below $XDG_CACHE_HOME or ~/.cache. */
export function defaultCacheDir(): string {
  const { GANGLION_CACHE, XDG_CACHE_HOME } = process.env;
  return GANGLION_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "ganglion");
}

async function makeCorpus(cacheDir: string, dir: string, request: CorpusRequest): Promise<void> {
  request.logger.info("installing the demo corpus", { cacheDir });
  makeFolder(join(dir, ".."));
  const work = await mkdtemp(join(cacheDir, "making-corpus-"));
  try {
    const packages = join(work, "packages");
    await installPackages(packages, [PAGES, COMPILER], request.signal);
    const made = join(work, "corpus");
    await writeSplits(made, await extractDocuments(join(packages, "node_modules")));
    await rename(made, dir).catch(async (error: unknown) => {
      // Another process was faster, with the same result.
      if (!(await exists(dir))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  request.logger.info("demo corpus ready", { dir });
}

async function extractDocuments(modules: string): Promise<Document[]> {
  const pages = await readJson<Pages>(join(modules, PAGES.name, "dist", "docs.json"));
  const compiler = join(modules, COMPILER.name, "lib");
  const messages = await readJson<Readonly<Record<string, string>>>(
    join(compiler, "de", "diagnosticMessages.generated.json"),
  );
  const program = await readFile(join(compiler, "typescript.js"), "utf8");
  return [
    ...Object.entries(LOCALES).flatMap(([domain, locale]) => extractProse(pages, locale, domain)),
    // German pages are few: the compiler's German messages make up for it.
    ...extractMessages(messages, "de"),
    ...extractCode(pages, CODE),
    ...extractProgram(program, CODE, PROGRAM_CHARACTERS),
  ];
}

async function writeSplits(dir: string, documents: readonly Document[]): Promise<void> {
  const splits = splitDocuments(documents, SPLIT_SEED);
  for (const split of SPLIT_NAMES) {
    await mkdir(join(dir, split), { recursive: true });
    for (const [domain, own] of Map.groupBy(splits[split], (document) => document.domain))
      await writeFile(join(dir, split, `${domain}.jsonl`), encodeDocuments(own));
  }
}

function recipeDigest(): string {
  const recipe = { version: RECIPE_VERSION, PAGES, COMPILER, LOCALES, PROGRAM_CHARACTERS, SPLIT_SEED };
  return createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 16);
}

/** The packages' hashes are pinned, so their files have the form that is known. */
async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, "utf8")) as T;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
