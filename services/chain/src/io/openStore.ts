import { makeFolder } from "@ganglion/runtime/files";
import { type LockHolder, lockFolder } from "@ganglion/runtime/lock";
import { errorCode, errorMessage, GanglionError } from "@ganglion/types";
import { checkStoreFile, markClean, unmarkClean } from "./checkStoreFile.ts";
import { openDatabase } from "./database.ts";
import { ChainStore, type StoreOptions } from "./store.ts";

const LOCK_FILE = "holder.lock";

export type OpenStore = { readonly store: ChainStore; readonly close: () => Promise<void> };

/**
 * Opens the store of a folder for this process alone; the folder is made if absent.
 * @throws GanglionError CHAIN_STORE_HELD, CHAIN_STORE_READ_ONLY, CHAIN_STORE_CORRUPT, CHAIN_STORE_UNREADABLE,
 * CHAIN_STORE_UNCHECKED
 */
export function openStore(folder: string, options?: StoreOptions): OpenStore {
  const release = takeFolder(folder);
  try {
    checkStoreFile(folder);
    const store = new ChainStore(openDatabase(folder), options);
    unmarkClean(folder);
    return { store, close: () => closeStore(store, folder).finally(release) };
  } catch (error) {
    release();
    throw error;
  }
}

/** @returns how to let go of it */
function takeFolder(folder: string): () => void {
  try {
    makeFolder(folder);
    return lockFolder(folder, { fileName: LOCK_FILE, held: (holder) => heldBy(holder, folder) });
  } catch (cause) {
    if (errorCode(cause) === "CHAIN_STORE_HELD") throw cause;
    throw new GanglionError("CHAIN_STORE_READ_ONLY", errorMessage(cause), { folder }, { cause });
  }
}

function heldBy({ pid }: LockHolder, folder: string): GanglionError {
  return new GanglionError(
    "CHAIN_STORE_HELD",
    `${folder} is in use by process ${pid}: stop it first, or choose another folder`,
    { folder, pid },
  );
}

async function closeStore(store: ChainStore, folder: string): Promise<void> {
  await store.close();
  markClean(folder);
}
