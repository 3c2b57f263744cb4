import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { loadClusterAccess, serveHealth, trackProcess } from "@ganglion/operator/controllerkit";
import { createLogger } from "@ganglion/runtime/log";
import { Registry, serveMetrics } from "@ganglion/runtime/metrics";
import { errorCode, errorMessage } from "@ganglion/types";
import { createToyProgram } from "./createToyProgram.ts";

/**
 * KUBECONFIG=... node --max-semi-space-size=4 --heap-growing-percent=50 operator/examples/toy/main.ts
 *   [--namespace NS] [--lease-namespace NS] [--host 127.0.0.1] [--health-port 0] [--metrics-port 0] [--workers 16]
 */
const { values } = parseArgs({
  options: {
    namespace: { type: "string" },
    "lease-namespace": { type: "string", default: "default" },
    host: { type: "string", default: "127.0.0.1" },
    "health-port": { type: "string", default: "0" },
    "metrics-port": { type: "string", default: "0" },
    workers: { type: "string", default: "16" },
  },
});

const logger = createLogger({ fields: { program: "toy-controller" } });
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());

try {
  const register = new Registry();
  trackProcess(register);
  const identity = `${hostname()}_${randomUUID()}`;
  const program = createToyProgram(
    {
      access: loadClusterAccess(),
      identity,
      leaseNamespace: values["lease-namespace"],
      workers: Number(values.workers),
      ...(values.namespace === undefined ? {} : { namespace: values.namespace }),
    },
    { logger, register },
  );
  const { host } = values;
  const health = await serveHealth({ host, port: Number(values["health-port"]) }, program.manager.health());
  const metrics = await serveMetrics(register, { host, port: Number(values["metrics-port"]) });
  logger.info("serving", { identity, healthPort: health.port, metricsPort: metrics.port });
  await program.manager.run(stop.signal);
  await Promise.all([program.close(), health.close(), metrics.close()]);
  process.exit(0);
} catch (error) {
  logger.error("the program failed", { code: errorCode(error), error: errorMessage(error) });
  process.exit(1);
}
