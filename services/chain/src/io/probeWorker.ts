import { open } from "lmdb";
import { TABLES } from "./database.ts";

/**
 * `probeWorker FOLDER`: walks a store in a process of its own, since LMDB ends its process by a signal when the
 * pages are damaged. Exit 0: the store can be read and written.
 */
const [path = ""] = process.argv.slice(2);
const encodings = { keyEncoding: "binary", encoding: "binary" } as const;
const root = open<Uint8Array, Uint8Array>({ path, maxDbs: TABLES.length, ...encodings });
for (const name of TABLES) {
  const table = root.openDB<Uint8Array, Uint8Array>({ name, ...encodings });
  // Values of the state are read at start anyway; of the log the keys suffice, which are on every page but the data's.
  if (name === "state" || name === "meta") for (const _entry of table.getRange());
  else for (const _key of table.getKeys());
}
// An empty write reads the list of free pages.
const meta = root.openDB<Uint8Array, Uint8Array>({ name: "meta", ...encodings });
root.transactionSync(() => {
  const probe = Uint8Array.of(255);
  meta.putSync(probe, probe);
  meta.removeSync(probe);
});
await root.close();
