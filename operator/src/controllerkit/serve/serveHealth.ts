import { createServer, type Server } from "node:http";
import { GanglionError } from "@ganglion/types";

/** Undefined when all is well, else what is wrong, in a few words. Called at each probe: no I/O. */
export type HealthCheck = () => string | undefined;

/** Where to listen. */
export type HealthOptions = { readonly host: string /** 0 takes a free port. */; readonly port: number };

/** Checks by name, see {@link HealthCheck}. */
export type HealthChecks = {
  /** `/healthz`: a failure makes the kubelet restart the container. */
  readonly live: Readonly<Record<string, HealthCheck>>;
  /** `/readyz`: whether the replica could lead; a standby with full caches is ready. */
  readonly ready: Readonly<Record<string, HealthCheck>>;
};

/**
 * Answers GET /healthz and /readyz: 200, or 503 when a check fails, with a line a check in both cases.
 * @throws GanglionError KIT_LISTEN_FAILED
 */
export async function serveHealth(
  { host, port }: HealthOptions,
  checks: HealthChecks,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    const asked = path === "/healthz" ? checks.live : path === "/readyz" ? checks.ready : undefined;
    if (asked === undefined || request.method !== "GET") {
      response.writeHead(404).end("try /healthz or /readyz\n");
      return;
    }
    const results = Object.entries(asked).map(([name, check]) => ({ name, problem: check() }));
    const failed = results.some(({ problem }) => problem !== undefined);
    const lines = results.map(({ name, problem }) =>
      problem === undefined ? `[+] ${name} ok` : `[-] ${name}: ${problem}`,
    );
    response.writeHead(failed ? 503 : 200, { "content-type": "text/plain" });
    response.end(`${[...lines, failed ? "failed" : "ok"].join("\n")}\n`);
  });
  server.requestTimeout = 5_000;
  await listen(server, { host, port });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    close: () => close(server),
  };
}

function listen(server: Server, { host, port }: HealthOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const message = `cannot listen on ${host}:${port}: ${cause.message}; choose another port`;
      reject(new GanglionError("KIT_LISTEN_FAILED", message, { host, port }, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
