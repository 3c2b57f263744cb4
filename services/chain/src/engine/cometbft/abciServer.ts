import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { errorCode, errorMessage, GanglionError } from "@ganglion/types";
import { AbciConnection } from "./abciConnection.ts";
import type { Answers } from "./answers.ts";
import { KeyNames } from "./keyNames.ts";

/** Query, snapshot, mempool and consensus. */
export const NODE_CONNECTIONS = 4;
/** Of a unix socket's path on Linux and macOS, with its end. */
const PATH_LIMIT_BYTES = 103;

export type AbciServerModules = Omit<Answers, "keys"> & { readonly onFault: (error: unknown) => void };

/** Serves the application on a unix socket that only this user can reach. */
export class AbciServer {
  readonly #path: string;
  readonly #modules: AbciServerModules;
  readonly #server: Server;
  readonly #keys: KeyNames;
  readonly #sockets = new Set<Socket>();

  constructor(path: string, modules: AbciServerModules) {
    this.#path = path;
    this.#modules = modules;
    this.#keys = new KeyNames(() => modules.application.consensusKeys());
    this.#server = createServer((socket) => this.#accept(socket));
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** @throws GanglionError CHAIN_SOCKET_PATH_TOO_LONG, CHAIN_SOCKET_FAILED */
  async listen(): Promise<void> {
    if (Buffer.byteLength(this.#path) > PATH_LIMIT_BYTES)
      throw new GanglionError(
        "CHAIN_SOCKET_PATH_TOO_LONG",
        `${this.#path} is too long for a socket (${PATH_LIMIT_BYTES} bytes): choose a data folder with a shorter path`,
      );
    rmSync(this.#path, { force: true });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(this.#path, resolve);
    try {
      await promise;
    } catch (cause) {
      throw new GanglionError(
        "CHAIN_SOCKET_FAILED",
        `cannot listen on ${this.#path} (${errorMessage(cause)}): make its folder writable`,
        {},
        { cause },
      );
    }
  }

  /** Ends what is still connected. */
  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    const { logger } = this.#modules;
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    const onBadPeer = (error: unknown): void =>
      logger.warn("closed a connection to the application", {
        code: errorCode(error),
        error: errorMessage(error),
      });
    void new AbciConnection(socket, { ...this.#modules, keys: this.#keys, onBadPeer });
  }
}
