import { Counter, Gauge, Histogram, type Registry } from "@ganglion/runtime/metrics";

const RECONCILE_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5,
  1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];
const REQUEST_SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
const QUEUE_SECONDS = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1_000];

/**
 * The kit's metrics, under controller-runtime's names where it has them (its dashboards and alerts work as
 * they are) and `controllerkit_*` for the rest. Times are seconds. Call once per registry.
 */
export function createKitMetrics(register: Registry) {
  const registers = [register];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    ...labelNames: Label[]
  ) => new Histogram({ name, help, buckets, labelNames, registers });
  const silence = liveGauge(
    register,
    "controllerkit_informer_silence_seconds",
    "Time since the last sign of the server",
    ["kind"],
  );
  const unfinished = liveGauge(
    register,
    "workqueue_unfinished_work_seconds",
    "Time spent so far on keys that are worked on, summed up",
    ["name", "controller"],
  );
  const longest = liveGauge(
    register,
    "workqueue_longest_running_processor_seconds",
    "Time spent so far on the key that takes longest",
    ["name", "controller"],
  );
  const prefix = "controller_runtime";
  const kit = "controllerkit";
  return {
    reconcile: counter(`${prefix}_reconcile_total`, "Reconciliations", "controller", "result"),
    reconcileErrors: counter(`${prefix}_reconcile_errors_total`, "Failed reconciliations", "controller"),
    terminalErrors: counter(
      `${prefix}_terminal_reconcile_errors_total`,
      "Reconciliations that failed for good",
      "controller",
    ),
    reconcilePanics: counter(`${prefix}_reconcile_panics_total`, "Unexpected throws", "controller"),
    reconcileTimeouts: counter(
      `${prefix}_reconcile_timeouts_total`,
      "Reconciliations too slow",
      "controller",
    ),
    reconcileSeconds: histogram(
      `${prefix}_reconcile_time_seconds`,
      "Length of a reconciliation",
      RECONCILE_SECONDS,
      "controller",
    ),
    maxWorkers: gauge(`${prefix}_max_concurrent_reconciles`, "Workers", "controller"),
    activeWorkers: gauge(`${prefix}_active_workers`, "Busy workers", "controller"),
    queueDepth: gauge("workqueue_depth", "Keys ready to be worked on", "name", "controller", "priority"),
    queueAdds: counter("workqueue_adds_total", "Keys that became ready", "name", "controller"),
    queueRetries: counter("workqueue_retries_total", "Keys put off", "name", "controller"),
    queueWaitSeconds: histogram(
      "workqueue_queue_duration_seconds",
      "Time from ready to worked on",
      QUEUE_SECONDS,
      "name",
      "controller",
    ),
    queueWorkSeconds: histogram(
      "workqueue_work_duration_seconds",
      "Time a key was worked on",
      QUEUE_SECONDS,
      "name",
      "controller",
    ),
    requests: counter("rest_client_requests_total", "Requests to the API server", "code", "method", "host"),
    requestSeconds: histogram(
      "rest_client_request_duration_seconds",
      "Request latency",
      REQUEST_SECONDS,
      "verb",
      "host",
    ),
    requestRetries: counter(
      "rest_client_request_retries_total",
      "Requests repeated after Retry-After",
      "code",
      "verb",
      "host",
    ),
    leading: gauge("leader_election_master_status", "1 while this replica leads", "name"),
    slowRenewals: counter("leader_election_slowpath_total", "Renewals that had to read first", "name"),
    informerObjects: gauge(`${kit}_informer_objects`, "Objects in the cache", "kind"),
    informerEvents: counter(`${kit}_informer_events_total`, "Changes seen", "kind", "type"),
    informerLists: counter(`${kit}_informer_lists_total`, "Complete lists", "kind"),
    informerWatches: counter(`${kit}_informer_watches_total`, "Watches opened", "kind", "reason"),
    informerErrors: counter(`${kit}_informer_errors_total`, "Failed lists and watches", "kind", "code"),
    /** `read` gives seconds; it is asked at each scrape. */
    trackSilence: (kind: string, read: () => number) => silence({ kind }, read),
    /** `read` gives the seconds that each key in work has taken so far. */
    trackQueue: (name: string, read: () => readonly number[]) => {
      const labels = { name, controller: name };
      unfinished(labels, () => read().reduce((sum, seconds) => sum + seconds, 0));
      longest(labels, () => Math.max(0, ...read()));
    },
    eventsDropped: counter(`${kit}_events_dropped_total`, "Events that were never written", "why"),
  };
}

/** What the kit's parts count into; every `metrics` module of the kit takes it, and without it nothing is counted. */
export type KitMetrics = ReturnType<typeof createKitMetrics>;

/** A gauge whose values are read at each scrape. */
function liveGauge<Label extends string>(
  register: Registry,
  name: string,
  help: string,
  labelNames: Label[],
): (labels: Record<Label, string>, read: () => number) => void {
  const sources: { readonly labels: Record<Label, string>; readonly read: () => number }[] = [];
  new Gauge({
    name,
    help,
    labelNames,
    registers: [register],
    collect() {
      for (const { labels, read } of sources) this.set(labels, read());
    },
  });
  return (labels, read) => void sources.push({ labels, read });
}
