import type { KubeObject } from "../api/kubeObject.ts";
import { defineResource } from "../api/resourceType.ts";

/** coordination.k8s.io/v1 Lease. */
export type Lease = KubeObject & {
  readonly spec?: {
    /** Empty or absent once the holder gave it up. */
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
};

/** The kind that elections write. */
export const leaseType = defineResource<Lease>({
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
  namespaced: true,
});
