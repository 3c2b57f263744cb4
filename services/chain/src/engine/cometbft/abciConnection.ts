import type { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { errorMessage, GanglionError } from "@ganglion/types";
import { Request, Response } from "cosmjs-types/tendermint/abci/types";
import { type Answers, answer } from "./answers.ts";
import { badMessage } from "./blockInput.ts";
import { encodeLength, FrameReader } from "./frames.ts";
import { MessageWriter } from "./messageWriter.ts";
import { limitWait, waitAtMost } from "./waitLimit.ts";

/**
 * After so many checks of transactions the other connections get their turn: a flood must not delay blocks, of which
 * each waits for about ten turns.
 */
const CHECKS_AT_ONCE = 8;
/** Of a disk, for one chunk of a snapshot; all other answers are this thread's own work, which has no limit. */
const ANSWER_MS = 60_000;
/** A node sends a request and reads its answer in milliseconds; one that is silent for so long is restarted anyway. */
const PEER_MS = 30_000;

export type AbciConnectionModules = Answers & {
  /** The application cannot go on; the node was told. */
  readonly onFault: (error: unknown) => void;
  /** What came is not from a node; the connection is closed. */
  readonly onBadPeer: (error: unknown) => void;
};

/**
 * One of the node's connections: requests are answered one after the other, so replies leave in their order. Frames are
 * read while there is room for replies; what is not read yet waits in the node.
 */
export class AbciConnection {
  readonly #socket: Socket;
  readonly #modules: AbciConnectionModules;
  readonly #frames = new FrameReader();
  #pumping = false;
  #failed = false;
  #endHalfSent = (): void => undefined;

  constructor(socket: Socket, modules: AbciConnectionModules) {
    this.#socket = socket;
    this.#modules = modules;
    socket.on("data", (chunk: Buffer) => {
      this.#endHalfSent();
      this.#frames.push(chunk);
      if (!this.#pumping && !this.#failed) void this.#pump();
    });
    // A node that ends resets its connections; its end is seen by who watches the process.
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#endHalfSent());
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    this.#socket.pause();
    this.#socket.cork();
    try {
      await this.#answerAll();
    } catch (error) {
      this.#refuse(error);
    }
    this.#pumping = false;
    this.#socket.uncork();
    this.#socket.resume();
    if (this.#frames.isHalfSent && !this.#failed && !this.#socket.destroyed)
      this.#endHalfSent = limitWait(PEER_MS, () =>
        this.#refuse(peerStalled("it sent half a request and no more")),
      );
  }

  #refuse(error: unknown): void {
    this.#modules.onBadPeer(error);
    this.#socket.destroy();
  }

  async #answerAll(): Promise<void> {
    let checks = 0;
    for (let frame = this.#frames.next(); frame !== undefined; frame = this.#frames.next()) {
      const request = decodeRequest(frame);
      if (request.checkTx !== undefined && ++checks % CHECKS_AT_ONCE === 0) await this.#giveWay();
      const reply = await this.#reply(request);
      if (reply === undefined) return;
      this.#send(reply);
      if (this.#socket.writableNeedDrain) await this.#drain();
    }
  }

  /** Undefined once the application has failed: nothing is answered after an exception. */
  async #reply(request: Request): Promise<Partial<Response> | undefined> {
    try {
      const reply = answer(this.#modules, request);
      // PERF: most answers are there at once, and a turn of the loop for each would cost more than they do.
      return reply instanceof Promise ? await waitAtMost(ANSWER_MS, reply, () => answerLate(request)) : reply;
    } catch (error) {
      if (isBadMessage(error)) throw error;
      this.#failed = true;
      this.#send({ exception: { error: errorMessage(error) } });
      this.#socket.uncork();
      this.#modules.onFault(error);
      return undefined;
    }
  }

  #send(reply: Partial<Response>): void {
    const bytes = Response.encode(Response.fromPartial(reply), new MessageWriter()).finish();
    this.#socket.write(encodeLength(bytes.length));
    this.#socket.write(bytes);
  }

  async #giveWay(): Promise<void> {
    this.#socket.uncork();
    await setImmediate();
    this.#socket.cork();
  }

  async #drain(): Promise<void> {
    const socket = this.#socket;
    socket.uncork();
    if (socket.writableNeedDrain && !socket.destroyed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      socket.once("drain", resolve).once("close", resolve);
      await waitAtMost(PEER_MS, promise, () => peerStalled("it reads no answer"));
      socket.off("drain", resolve).off("close", resolve);
    }
    socket.cork();
  }
}

function decodeRequest(frame: Uint8Array): Request {
  try {
    return Request.decode(frame);
  } catch (cause) {
    throw badMessage(`a request that cannot be read (${errorMessage(cause)})`);
  }
}

function isBadMessage(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ABCI_BAD_MESSAGE";
}

function answerLate(request: Request): GanglionError {
  const kind = Object.entries(request).find(([, value]) => value !== undefined)?.[0];
  return new GanglionError(
    "ABCI_ANSWER_LATE",
    `${kind} was not answered within ${ANSWER_MS / 1_000} s: does the disk of the data folder answer?`,
  );
}

function peerStalled(what: string): GanglionError {
  return new GanglionError("ABCI_PEER_STALLED", `${what} for ${PEER_MS / 1_000} s: is the node stopped?`);
}
