import { kubeError } from "../api/kubeError.ts";
import type { KubeRequest, Transport } from "../api/transport.ts";
import type { Leadership } from "./leaderElector.ts";

/**
 * The same transport for the leader's work: refuses to send a write from a replica that no longer leads, for
 * example one that was paused and does not know it yet, also when the write waited for its turn or for Retry-After.
 * Reads pass.
 */
export function fenceWrites(transport: Transport, leadership: Leadership): Transport {
  return {
    request: async (request) => {
      if (request.method === "GET") return await transport.request(request);
      const permit = (): void => {
        if (!leadership.isLeader()) throw refusal(request);
      };
      permit();
      return await transport.request({ ...request, permit });
    },
    stream: (request) => transport.stream(request),
    close: () => transport.close(),
  };
}

function refusal({ method, path }: KubeRequest): Error {
  return kubeError("KUBE_NOT_LEADER", `${method} ${path}: not sent`, { method, path });
}
