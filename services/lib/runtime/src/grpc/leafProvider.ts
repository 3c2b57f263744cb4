import { createTlsLeaf, type Signer } from "@ganglion/keys";
import type { Clock } from "@ganglion/types";
import { experimental, type ServerCredentials } from "@grpc/grpc-js";

const LEAF_VALID_MS = 24 * 3_600_000;

/** Server credentials whose leaf can be replaced while the server runs: new handshakes see the new one. */
export type LeafProvider = {
  readonly credentials: ServerCredentials;
  readonly renew: () => void;
  readonly close: () => void;
};

type Listener = experimental.IdentityCertificateUpdateListener;

/** A leaf signed by the hotkey, renewed at half its life. */
export function createLeafProvider(signer: Signer, clock: Clock): LeafProvider {
  const listeners = new Set<Listener>();
  const present = (): experimental.IdentityCertificateUpdate => {
    const leaf = createTlsLeaf(signer, clock.nowMs(), LEAF_VALID_MS);
    return { certificate: Buffer.from(leaf.certificatePem), privateKey: Buffer.from(leaf.privateKeyPem) };
  };
  let update = present();
  const provider: experimental.CertificateProvider = {
    addCaCertificateListener: () => undefined,
    removeCaCertificateListener: () => undefined,
    addIdentityCertificateListener: (listener) => {
      listeners.add(listener);
      // grpc-js 1.14.7 begins to listen to its credentials only after this returns.
      queueMicrotask(() => listener(update));
    },
    removeIdentityCertificateListener: (listener) => {
      listeners.delete(listener);
    },
  };
  const renew = (): void => {
    update = present();
    for (const listener of listeners) listener(update);
  };
  const timer = setInterval(renew, LEAF_VALID_MS / 2);
  timer.unref();
  return {
    // The first argument is the server's own identity, whatever the declaration calls it (grpc-js 1.14.7).
    credentials: experimental.createCertificateProviderServerCredentials(provider, null, false),
    renew,
    close: () => clearInterval(timer),
  };
}
