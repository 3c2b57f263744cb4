import { toKubeError } from "../../src/controllerkit/api/kubeError.ts";
import type { KubeRequest, Lease, Transport } from "../../src/controllerkit/index.ts";

/** One lease with versions and preconditions, as the API server keeps it. */
export class LeaseServer {
  lease: Lease | undefined;
  #version = 0;

  /** A replica's connection; `fault` may break a request before or after the server saw it. */
  connect(fault: { when?: "before" | "after" | "hang" | undefined } = {}): Transport {
    return {
      request: async (request) => {
        if (fault.when === "hang") return await untilAborted(request);
        if (fault.when === "before") throw problem(503);
        const answer = this.#handle(request);
        await Promise.resolve();
        if (fault.when === "after") throw problem(504);
        return structuredClone(answer);
      },
      stream: () => Promise.reject(problem(400)),
      close: () => Promise.resolve(),
    };
  }

  #handle({ method, body }: KubeRequest): Lease {
    if (method === "POST") {
      if (this.lease !== undefined) throw problem(409, "AlreadyExists");
      return this.#store(body as Lease);
    }
    if (this.lease === undefined) throw problem(404);
    if (method === "GET") return this.lease;
    const patch = body as Lease;
    if (patch.metadata.resourceVersion !== this.lease.metadata.resourceVersion)
      throw problem(409, "Conflict");
    return this.#store({ ...this.lease, spec: { ...this.lease.spec, ...patch.spec } });
  }

  #store(lease: Lease): Lease {
    this.#version += 1;
    const metadata = { ...lease.metadata, uid: "lease", resourceVersion: String(this.#version) };
    this.lease = { ...lease, metadata };
    return this.lease;
  }
}

function problem(status: number, reason?: string): Error {
  return toKubeError({ status, method: "PATCH", path: "/lease", body: { reason } });
}

/** The transport's deadline is the real clock's; a hanging request ends when its caller gives up. */
function untilAborted({ signal }: KubeRequest): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(problem(504)), { once: true });
  });
}
