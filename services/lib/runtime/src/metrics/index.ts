export { Counter, Gauge, Histogram, Registry } from "prom-client";
export { type MetricsServer, serveMetrics } from "./serveMetrics.ts";
