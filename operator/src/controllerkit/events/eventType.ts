import type { KubeObject } from "../api/kubeObject.ts";
import { defineResource } from "../api/resourceType.ts";

/** An event of events.k8s.io/v1, as far as the kit writes it. All but `series` is immutable. */
export type KubeEvent = KubeObject & {
  readonly eventTime: string;
  readonly reason: string;
  readonly action: string;
  readonly note?: string;
  readonly type: "Normal" | "Warning";
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
};

/** The kind that the recorder writes. */
export const eventType = defineResource<KubeEvent>({
  group: "events.k8s.io",
  version: "v1",
  plural: "events",
  kind: "Event",
  namespaced: true,
});
