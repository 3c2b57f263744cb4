import type { VerifySignature } from "@ganglion/ledger";

/** The same function, and how long its calls took together. */
export function timeCalls(verify: VerifySignature): {
  readonly call: VerifySignature;
  readonly elapsedMs: () => number;
} {
  let elapsed = 0;
  return {
    call: (publicKey, message, signature) => {
      const startedAt = performance.now();
      const good = verify(publicKey, message, signature);
      elapsed += performance.now() - startedAt;
      return good;
    },
    elapsedMs: () => elapsed,
  };
}
