import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { GanglionError } from "@ganglion/types";
import {
  decodeKeyfile,
  encodeKeyfile,
  type KeyfileContent,
  type KeyfileProtection,
  type KeyfileSummary,
  readKeyfileSummary,
} from "./keyfile.ts";

const SUFFIX = ".key.json";
const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/u;

export type StoredKey = KeyfileSummary & { readonly name: string; readonly path: string };

/** A folder of keyfiles, one `<name>.key.json` each, readable by their owner only. */
export type Keystore = {
  readonly folder: string;
  /**
   * Writes a new keyfile, whole or not at all.
   * @throws GanglionError KEYS_EXISTS (never overwrites), KEYS_BAD_NAME, KEYS_CANNOT_WRITE
   */
  readonly save: (name: string, content: KeyfileContent, protection: KeyfileProtection) => StoredKey;
  /** @throws GanglionError KEYS_NOT_FOUND, KEYS_PASSWORD_NEEDED, KEYS_WRONG_PASSWORD, KEYS_BAD_KEYFILE */
  readonly load: (name: string, password?: string) => KeyfileContent;
  readonly has: (name: string) => boolean;
  /**
   * One key, whatever the other files are; undefined where there is none of that name.
   * @throws GanglionError KEYS_BAD_KEYFILE, KEYS_CANNOT_READ
   */
  readonly find: (name: string) => StoredKey | undefined;
  /** All keys by name; a file that is no keyfile throws KEYS_BAD_KEYFILE with its path. */
  readonly list: () => readonly StoredKey[];
  /** As `list`, without those that cannot be read: for who can do without them. */
  readonly readable: () => readonly StoredKey[];
};

export function openKeystore(folder: string): Keystore {
  const pathOf = (name: string): string => {
    if (!NAME.test(name))
      throw new GanglionError(
        "KEYS_BAD_NAME",
        "a key's name is 1 to 63 lower-case letters, digits, dots, dashes or underscores",
        { name },
      );
    return join(folder, name + SUFFIX);
  };
  const names = (): readonly string[] => listNames(folder);
  const stored = (name: string): StoredKey => ({
    name,
    path: pathOf(name),
    ...located(pathOf(name), readKeyfileSummary),
  });
  return {
    folder,
    save: (name, content, protection) => {
      const text = encodeKeyfile(content, protection);
      writeNewFile(folder, pathOf(name), text);
      return { name, path: pathOf(name), ...readKeyfileSummary(text) };
    },
    load: (name, password) => located(pathOf(name), (text) => decodeKeyfile(text, password)),
    has: (name) => names().includes(name),
    find: (name) => (names().includes(name) ? stored(name) : undefined),
    list: () => names().map(stored),
    readable: () => (ifReadable(names) ?? []).flatMap((name) => ifReadable(() => stored(name)) ?? []),
  };
}

function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof GanglionError) return undefined;
    throw error;
  }
}

function listNames(folder: string): readonly string[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith(SUFFIX));
    return files.map((file) => file.slice(0, -SUFFIX.length)).sort((a, b) => (a < b ? -1 : 1));
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return [];
    throw new GanglionError("KEYS_CANNOT_READ", `cannot read the key folder ${folder}`, {}, { cause });
  }
}

function located<T>(path: string, read: (text: string) => T): T {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT")
      throw new GanglionError("KEYS_NOT_FOUND", `there is no key at ${path}`, { path }, { cause });
    throw new GanglionError(
      "KEYS_CANNOT_READ",
      `cannot read ${path}: check its owner and mode`,
      { path },
      { cause },
    );
  }
  try {
    return read(text);
  } catch (cause) {
    if (!(cause instanceof GanglionError)) throw cause;
    throw new GanglionError(cause.code, `${path}: ${cause.message}`, { path, ...cause.data }, { cause });
  }
}

/** Temporary file, fsync, then a hard link (which fails where a rename would overwrite), then fsync of the folder. */
function writeNewFile(folder: string, path: string, text: string): void {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    makeFolder(folder);
    const file = openSync(temporary, "wx", 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    try {
      linkSync(temporary, path);
    } finally {
      unlinkSync(temporary);
    }
    syncFolder(folder);
  } catch (cause) {
    if (codeOf(cause) === "EEXIST")
      throw new GanglionError(
        "KEYS_EXISTS",
        `${path} exists: keys are never overwritten, choose another name`,
        { path },
        { cause },
      );
    const message = `cannot write ${path}: check free space and the rights on the folder`;
    throw new GanglionError("KEYS_CANNOT_WRITE", message, { path }, { cause });
  }
}

/** One folder at a time: below /proc, Node's own recursive mkdir never ends. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
