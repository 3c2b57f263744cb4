import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { GanglionError } from "@ganglion/types";
import type { Registry } from "prom-client";

export type MetricsServer = { readonly port: number; readonly close: () => Promise<void> };

export type MetricsServerOptions = {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Text of further registries in the exposition format, for example of a child process. */
  readonly more?: () => Promise<string>;
};

/**
 * Serves `GET /metrics` (Prometheus exposition format) and `GET /healthz` over HTTP.
 * @throws GanglionError RUNTIME_PORT_IN_USE | RUNTIME_LISTEN_FAILED
 */
export async function serveMetrics(
  register: Registry,
  { host, port, more }: MetricsServerOptions,
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method !== "GET") return void response.writeHead(405).end();
    if (request.url === "/healthz") return void response.writeHead(200).end("ok\n");
    if (request.url !== "/metrics") return void response.writeHead(404).end("try /metrics\n");
    Promise.all([register.metrics(), more?.() ?? ""]).then(
      ([own, others]) =>
        response.writeHead(200, { "content-type": register.contentType }).end(`${own}\n${others}`),
      () => response.writeHead(500).end(),
    );
  });
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(listenError(cause, host, port)));
    server.listen(port, host, resolve);
  });
  return { port: portOf(server.address()), close: () => closeServer(server) };
}

function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address ? address.port : 0;
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): GanglionError {
  const busy = cause.code === "EADDRINUSE";
  return new GanglionError(
    busy ? "RUNTIME_PORT_IN_USE" : "RUNTIME_LISTEN_FAILED",
    busy
      ? `port ${port} on ${host} is in use by another program: stop it or choose another port`
      : `cannot listen on ${host}:${port}: ${cause.message}`,
    { host, port },
    { cause },
  );
}
