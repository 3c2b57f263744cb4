import { mkdirSync } from "node:fs";
import { errorMessage, GanglionError } from "@ganglion/types";
import { checkStoreFile, markClean, unmarkClean } from "./checkStoreFile.ts";
import { openDatabase } from "./database.ts";
import { lockFolder } from "./processLock.ts";
import { ChainStore } from "./store.ts";

export type OpenStore = { readonly store: ChainStore; readonly close: () => Promise<void> };

/**
 * Opens the store of a folder for this process alone; the folder is made if absent.
 * @throws GanglionError CHAIN_STORE_HELD, CHAIN_STORE_READ_ONLY, CHAIN_STORE_CORRUPT, CHAIN_STORE_UNREADABLE,
 * CHAIN_STORE_UNCHECKED
 */
export function openStore(folder: string): OpenStore {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new GanglionError(
      "CHAIN_STORE_READ_ONLY",
      `cannot make the folder ${folder} (${errorMessage(cause)}): choose one where you may write`,
      { folder },
      { cause },
    );
  }
  const lock = lockFolder(folder);
  try {
    checkStoreFile(folder);
    const store = new ChainStore(openDatabase(folder));
    unmarkClean(folder);
    return { store, close: () => closeStore(store, folder).finally(lock.release) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function closeStore(store: ChainStore, folder: string): Promise<void> {
  await store.close();
  markClean(folder);
}
