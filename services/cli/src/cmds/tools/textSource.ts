import { statSync } from "node:fs";
import { resolve } from "node:path";
import { GanglionError } from "@ganglion/types";

/** A text as commands take it: a file, a folder, or `corpus:DOMAIN`. */
export type TextSource =
  | { readonly file: string }
  | { readonly folder: string }
  | { readonly corpus: { readonly name: string; readonly domain: string } };

const CORPUS = /^(?:([a-z0-9-]+)\/)?([a-z0-9-]+)$/;

/** @throws GanglionError CLI_NO_TEXT when there is neither such a path nor such a corpus */
export function parseTextSource(text: string): TextSource {
  const named = text.startsWith("corpus:") ? CORPUS.exec(text.slice("corpus:".length)) : null;
  if (named) return { corpus: { name: named[1] ?? "demo", domain: named[2] ?? "" } };
  const path = resolve(text);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new GanglionError(
      "CLI_NO_TEXT",
      `there is no ${path}: give a file, a folder, or corpus:DOMAIN (for example corpus:en)`,
      { path },
    );
  return found.isDirectory() ? { folder: path } : { file: path };
}
