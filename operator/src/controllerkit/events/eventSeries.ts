import type { KubeObject, Manifest } from "../api/kubeObject.ts";
import { microTime } from "../microTime.ts";
import type { KubeEvent } from "./eventType.ts";

/** One thing that happened to an object. */
export type EventNote = {
  readonly regarding: KubeObject;
  readonly type: "Normal" | "Warning";
  /** PascalCase: why, for example "PodCreated". At most 128 characters. */
  readonly reason: string;
  /** PascalCase: what the controller did, for example "CreatePod". At most 128 characters. */
  readonly action: string;
  /** For people, with numbers; cut at 1,024 bytes. */
  readonly note: string;
};

/** The same event again and again, and what of it is on the server. */
export type EventSeries = {
  readonly key: string;
  readonly similarKey: string;
  readonly event: EventNote;
  readonly firstMs: number;
  lastMs: number;
  count: number;
  /** As last written; undefined until then. */
  written: KubeEvent | undefined;
  writtenCount: number;
  writtenMs: number;
  queued: boolean;
};

const NOTE_LIMIT = 1_024;
const NAME_LIMIT = 200;

/** Events alike in all but their note. */
export function similarKeyOf({ regarding, type, reason, action }: EventNote): string {
  return JSON.stringify([regarding.kind, regarding.metadata.uid, type, reason, action]);
}

/** The object to create, the series included if it happened more than once before it was written. */
export function buildEvent(
  series: EventSeries,
  reporter: { readonly controller: string; readonly instance: string },
  suffix: string,
): Manifest {
  const { regarding, type, reason, action, note } = series.event;
  const { name, namespace, uid, resourceVersion } = regarding.metadata;
  const start = name.slice(0, NAME_LIMIT).replace(/[^a-z0-9]+$/, "");
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: `${start}.${suffix}`, namespace: namespace ?? "default" },
    eventTime: microTime(series.firstMs),
    reportingController: reporter.controller,
    reportingInstance: reporter.instance.slice(0, 128),
    action,
    reason,
    regarding: {
      apiVersion: regarding.apiVersion,
      kind: regarding.kind,
      name,
      uid,
      resourceVersion,
      ...(namespace === undefined ? {} : { namespace }),
    },
    note: cut(note, NOTE_LIMIT),
    type,
    ...(series.count > 1 ? { series: seriesOf(series) } : {}),
  };
}

/** The series as the server keeps it. */
export function seriesOf(series: EventSeries): NonNullable<KubeEvent["series"]> {
  return { count: series.count, lastObservedTime: microTime(series.lastMs) };
}

/** At most so many bytes of UTF-8, whole characters. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const short = Buffer.from(text).subarray(0, bytes).toString("utf8");
  return short.replace(/\uFFFD$/, "");
}
