import { type Hasher, setHasher } from "@chainsafe/persistent-merkle-tree";

/**
 * Hashes state trees natively, three to seven times faster than the default; the roots are the same. Where the
 * native part is missing WebAssembly does it.
 */
export async function useFastHasher(): Promise<void> {
  const hasher = await loadHasher();
  setHasher(hasher);
}

async function loadHasher(): Promise<Hasher> {
  try {
    return (await import("@chainsafe/persistent-merkle-tree/hasher/hashtree")).hasher;
  } catch {
    return (await import("@chainsafe/persistent-merkle-tree/hasher/as-sha256")).hasher;
  }
}
