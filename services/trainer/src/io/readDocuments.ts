import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { type Document, decodeDocuments, type SplitName } from "@ganglion/corpus";
import { GanglionError, type Logger } from "@ganglion/types";
import type { TextSource } from "../config.ts";
import { prepareCorpus } from "./demoCorpus.ts";

export type ReadContext = {
  readonly cacheDir?: string | undefined;
  /** Which part of a corpus. */
  readonly split: SplitName;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
};

/** @throws GanglionError TRAINER_NO_TEXT if there is none, and what `prepareCorpus` and `decodeDocuments` throw */
export async function readDocuments(source: TextSource, context: ReadContext): Promise<Document[]> {
  const documents = await readSource(source, context);
  if (documents.every(({ text }) => text.length === 0))
    throw new GanglionError(
      "TRAINER_NO_TEXT",
      "there is no text to read; name a file, folder or corpus that has some",
    );
  return documents;
}

async function readSource(source: TextSource, context: ReadContext): Promise<Document[]> {
  const { file, folder, corpus } = source;
  if (file !== undefined) return await readDocumentFile(file, "", file);
  if (folder !== undefined) return await readFolder(folder);
  if (corpus === undefined) return [];
  const prepared = await prepareCorpus({ ...context, name: corpus.name });
  return await readDocumentFile(prepared.file(context.split, corpus.domain), corpus.domain, corpus.domain);
}

async function readFolder(folder: string): Promise<Document[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  paths.sort((a, b) => (a < b ? -1 : 1));
  const documents = await Promise.all(
    paths.map((path) => readDocumentFile(path, "", relative(folder, path))),
  );
  return documents.flat();
}

async function readDocumentFile(path: string, domain: string, id: string): Promise<Document[]> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (extname(path) === ".jsonl") return decodeDocuments(bytes.toString("utf8"), domain);
  return [{ id, domain, text: new Uint8Array(bytes) }];
}

function unreadable(path: string, cause: unknown): GanglionError {
  return new GanglionError("TRAINER_TEXT_UNREADABLE", `cannot read ${path}`, { path }, { cause });
}
