import { open } from "lmdb";
import { DAMAGED_EXIT } from "./checkStoreFile.ts";
import { TABLES } from "./database.ts";

/**
 * `probeWorker FOLDER`: reads a store in a process of its own, since LMDB ends its process by a signal when the
 * pages are damaged. Reads what a start needs and what was written last, not the whole log, which grows for ever.
 * Exit 0: the store can be read and written.
 */
const TAIL_ENTRIES = 64;

const [path = ""] = process.argv.slice(2);
const encodings = { keyEncoding: "binary", encoding: "binary" } as const;
try {
  await probe();
} catch (error) {
  // LMDB's own codes are negative, the system's (no memory, no space, no rights) are not.
  if (!(error instanceof Error && "code" in error && Number(error.code) < 0)) throw error;
  process.exitCode = DAMAGED_EXIT;
}

async function probe(): Promise<void> {
  const root = open<Uint8Array, Uint8Array>({ path, noSubdir: false, maxDbs: TABLES.length, ...encodings });
  for (const name of TABLES) {
    const table = root.openDB<Uint8Array, Uint8Array>({ name, ...encodings });
    const isWhole = name === "state" || name === "meta";
    for (const _entry of table.getRange(isWhole ? {} : { reverse: true, limit: TAIL_ENTRIES }));
  }
  // An empty write reads the list of free pages.
  const meta = root.openDB<Uint8Array, Uint8Array>({ name: "meta", ...encodings });
  root.transactionSync(() => {
    const probe = Uint8Array.of(255);
    meta.putSync(probe, probe);
    meta.removeSync(probe);
  });
  await root.close();
}
