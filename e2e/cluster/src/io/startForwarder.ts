import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { fileURLToPath } from "node:url";
import { GanglionError } from "@ganglion/types";
import { enter, type Space } from "./namespaces.ts";

const FORWARDER = fileURLToPath(new URL("../forwarder.ts", import.meta.url));
const READY_MS = 20_000;

export type Forward = {
  readonly space: Space;
  readonly host: string;
  readonly port: number;
  readonly log: string;
  /** Tried first; another free one is taken when it is in use. */
  readonly preferredPort: number;
};

/** Makes an address of a space's network reachable on 127.0.0.1 and gives the port. @throws GanglionError CLUSTER_FORWARD */
export async function startForwarder(forward: Forward): Promise<number> {
  const server = (await listen(forward.preferredPort)) ?? (await listen(0));
  const address = server?.address();
  if (server === undefined || typeof address !== "object" || address === null)
    throw new GanglionError("CLUSTER_FORWARD", "no free port on 127.0.0.1");
  const output = openSync(forward.log, "a");
  const [command = "", ...args] = [
    ...enter(forward.space),
    ...[process.execPath, FORWARDER, forward.host, String(forward.port)],
  ];
  const child = spawn(command, args, { detached: true, stdio: ["ignore", output, output, "ipc"] });
  closeSync(output);
  const listening = once(child, "message", { signal: AbortSignal.timeout(READY_MS) });
  child.send("listen", server);
  try {
    await listening;
  } catch (cause) {
    throw new GanglionError(
      "CLUSTER_FORWARD",
      `the forwarder did not start; see ${forward.log}`,
      {},
      { cause },
    );
  }
  server.close();
  child.disconnect();
  child.unref();
  return address.port;
}

/** Undefined when the port is in use. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
