import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, type Registry } from "@ganglion/runtime/metrics";

const RESOLUTION_MS = 10;
const QUANTILES = [0.5, 0.99, 1] as const;

/**
 * Adds memory, CPU and event loop lag of this process under their usual names. Lag is that since the last
 * scrape; quantile 1 is the worst. The lag timer costs about a thousandth of a core.
 */
export function trackProcess(register: Registry): void {
  const registers = [register];
  const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  lag.enable();
  new Gauge({
    name: "nodejs_eventloop_lag_seconds",
    help: "Event loop lag since the last scrape",
    labelNames: ["quantile"],
    registers,
    collect() {
      for (const quantile of QUANTILES) {
        const seconds = Math.max(0, lag.percentile(quantile * 100) / 1e9 - RESOLUTION_MS / 1e3);
        this.set({ quantile }, seconds);
      }
      lag.reset();
    },
  });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Counter({
    name: "process_cpu_seconds_total",
    help: "User and system CPU time",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
}
