import { hash } from "node:crypto";
import type { VerifySignature } from "@ganglion/ledger";

const CAPACITY = 20_000;

/**
 * A verifier that remembers what was good, so that a transaction checked at the mempool costs a hash instead of
 * a verification in its block. The memory holds key, message and signature together and never changes an answer.
 */
export function cacheSignatures(verify: VerifySignature): VerifySignature {
  const good = new Set<string>();
  return (publicKey, message, signature) => {
    const id = hash("sha256", Buffer.concat([publicKey, signature, message]), "base64");
    if (good.delete(id)) {
      good.add(id);
      return true;
    }
    if (!verify(publicKey, message, signature)) return false;
    good.add(id);
    if (good.size > CAPACITY) for (const oldest of good) if (good.delete(oldest)) break;
    return true;
  };
}
