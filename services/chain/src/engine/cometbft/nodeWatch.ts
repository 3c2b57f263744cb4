import type { EngineHealth } from "../engine.ts";
import type { NodeRpc } from "./nodeRpc.ts";

const LOOK_EVERY_MS = 1_000;
const CALL_MS = 3_000;
/** From look to look; what goes beyond it is this thread's own work, a long block, which says nothing about the node. */
const LONGEST_LOOK_MS = LOOK_EVERY_MS + CALL_MS;
/** A block takes consensus and its interval; longer than this is no delay any more. */
const HALT_INTERVALS = 5;
const HALT_LEAST_MS = 15_000;
/** A node without its application, or that answers nothing, does not come back by itself. */
const SILENT_MS = 30_000;
const DISCONNECTED_MS = 5_000;
/** Starting a node anew mends a stuck one, and does no harm where validators are missing. */
const STALL_LEAST_MS = 60_000;
const STALL_INTERVALS = 20;
const STALL_LONGEST_MS = 600_000;

/** Why a node must be started anew. That no block comes may also be its peers' doing, and it itself sound. */
export type Stuck = "it does not answer" | "it lost the application" | "no block comes";

export type WatchOptions = {
  readonly blockIntervalMs: number;
  /** Of the last committed block. */
  readonly height: () => number;
  /** How many chunks of snapshots the application took in: a node that begins with one has no block until the last. */
  readonly chunksTaken: () => number;
  /** Whether all of the node's connections to the application stand. */
  readonly isConnected: () => boolean;
};

export type WatchModules = {
  readonly rpc: Pick<NodeRpc, "status" | "peers">;
  readonly nowMs: () => number;
  /** The node must be killed and started again. */
  readonly onStuck: (why: Stuck) => void;
};

/** Looks after a node by whether blocks, or the state to begin with, come, since one that is stuck may still be alive and answer. */
export class NodeWatch {
  readonly #options: WatchOptions;
  readonly #modules: WatchModules;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #catchingUp = true;
  #peers = 0;
  #progress: number;
  #lookedMs: number;
  /** In which this thread was free to look: the time of all that follows. */
  #freeMs = 0;
  #advancedMs = 0;
  #answeredMs = 0;
  #connectedMs = 0;
  #wasConnected = false;
  /** When it was last told that no block comes, and how long it may take from then on, or from a block. */
  #stalledMs = 0;
  #stallMs: number;

  constructor(options: WatchOptions, modules: WatchModules) {
    this.#options = options;
    this.#modules = modules;
    this.#stallMs = this.#leastStallMs;
    this.#progress = this.#readProgress();
    this.#lookedMs = modules.nowMs();
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  get health(): EngineHealth {
    const sinceMs = this.#freeMs - this.#advancedMs;
    const haltMs = Math.max(HALT_LEAST_MS, HALT_INTERVALS * this.#options.blockIntervalMs);
    return { catchingUp: this.#catchingUp, halted: sinceMs > haltMs, peers: this.#peers };
  }

  /** The node was started anew: what came before says nothing about it. */
  restarted(): void {
    this.#catchingUp = true;
    this.#peers = 0;
    this.#wasConnected = false;
    this.#answeredMs = this.#freeMs;
    this.#connectedMs = this.#freeMs;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const answered = await this.#ask();
    if (this.#closed) return;
    const now = this.#modules.nowMs();
    this.#freeMs += Math.min(now - this.#lookedMs, LONGEST_LOOK_MS);
    this.#lookedMs = now;
    if (answered) this.#answeredMs = this.#freeMs;
    const stuck = this.#findStuck(this.#freeMs);
    if (stuck !== undefined) this.#modules.onStuck(stuck);
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  /** @returns whether the node answered */
  async #ask(): Promise<boolean> {
    const { rpc } = this.#modules;
    const signal = AbortSignal.timeout(CALL_MS);
    try {
      const { catchingUp } = await rpc.status(signal);
      this.#peers = await rpc.peers(signal);
      this.#catchingUp = catchingUp;
      return true;
    } catch {
      return false;
    }
  }

  #findStuck(now: number): Stuck | undefined {
    const progress = this.#readProgress();
    if (progress > this.#progress) {
      this.#progress = progress;
      this.#advancedMs = now;
      this.#stallMs = this.#leastStallMs;
    }
    if (this.#options.isConnected()) {
      this.#connectedMs = now;
      this.#wasConnected = true;
    }
    // While it hands over old blocks at its start a node answers nothing.
    if (now - Math.max(this.#answeredMs, this.#advancedMs) > SILENT_MS) return "it does not answer";
    if (now - this.#connectedMs > DISCONNECTED_MS && this.#wasConnected) return "it lost the application";
    if (now - Math.max(this.#advancedMs, this.#stalledMs) < this.#stallMs) return undefined;
    this.#stalledMs = now;
    this.#stallMs = Math.min(this.#stallMs * 2, Math.max(STALL_LONGEST_MS, this.#leastStallMs));
    return "no block comes";
  }

  #readProgress(): number {
    return this.#options.height() + this.#options.chunksTaken();
  }

  get #leastStallMs(): number {
    return Math.max(STALL_LEAST_MS, STALL_INTERVALS * this.#options.blockIntervalMs);
  }
}
