import type { Signer } from "@ganglion/keys";
import type { MinerKey } from "@ganglion/mixture";
import { NETWORK_DIM } from "@ganglion/params";
import {
  type AddressPolicy,
  createSignedClient,
  type GrpcClient,
  resolveEndpoint,
  retryAfterMs,
} from "@ganglion/runtime/grpc";
import { bytesToHex, type Clock, errorCode, GanglionError, type Logger } from "@ganglion/types";
import { decodeFloat16, rowsOfContexts, synapse } from "@ganglion/wire";
import { answerDeadlineMs } from "../core/answerDeadline.ts";
import {
  type MinerHealth,
  NEW_MINER_HEALTH,
  recordAnswer,
  recordFailure,
  recordLate,
} from "../core/minerHealth.ts";
import type { AskedContext, MinerAnswer, MinerPool, RosterMiner } from "../ports.ts";

const DIGEST_BYTES = 32;
const LATE = "GRPC_DEADLINE_EXCEEDED";

type SynapseClient = GrpcClient<typeof synapse.SynapseServiceService>;

type Seat = {
  miner: RosterMiner;
  health: MinerHealth;
  client: Promise<SynapseClient> | undefined;
};

export type MinerPoolOptions = {
  readonly genesisHash: Uint8Array;
  /** The longest that a call may take; the others' latency bounds it further. */
  readonly timeoutMs: number;
  readonly addresses: AddressPolicy;
};

export type MinerPoolModules = {
  readonly signer: Signer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of each call: how long it took and how it ended ("OK" or a code). */
  readonly onCall?: (miner: RosterMiner, seconds: number, code: string) => void;
};

/** Signed Forward calls over hotkey-rooted TLS, one connection a miner, with rests after failures. */
export function createMinerPool(options: MinerPoolOptions, modules: MinerPoolModules): MinerPool {
  return new SignedMinerPool(options, modules);
}

class SignedMinerPool implements MinerPool {
  readonly #options: MinerPoolOptions;
  readonly #modules: MinerPoolModules;
  readonly #seats = new Map<MinerKey, Seat>();

  constructor(options: MinerPoolOptions, modules: MinerPoolModules) {
    this.#options = options;
    this.#modules = modules;
  }

  update(miners: readonly RosterMiner[]): void {
    const present = new Map(miners.map((miner) => [miner.key, miner]));
    for (const [key, seat] of this.#seats) {
      const miner = present.get(key);
      if (miner && miner.host === seat.miner.host && miner.port === seat.miner.port) continue;
      disconnect(seat);
      if (miner) seat.miner = miner;
      else this.#seats.delete(key);
    }
    for (const miner of miners)
      if (!this.#seats.has(miner.key))
        this.#seats.set(miner.key, { miner, health: NEW_MINER_HEALTH, client: undefined });
  }

  reachable(): ReadonlyMap<MinerKey, number> {
    const nowMs = this.#modules.clock.nowMs();
    const awake = [...this.#seats].filter(
      ([, { miner, health }]) => miner.host !== "" && health.restUntilMs <= nowMs,
    );
    return new Map(awake.map(([key, { health }]) => [key, health.reliability]));
  }

  async ask(key: MinerKey, contexts: readonly AskedContext[], signal: AbortSignal): Promise<MinerAnswer> {
    const seat = this.#seats.get(key);
    if (!seat) return { kind: "failed", code: "VALIDATOR_UNKNOWN_MINER" };
    const startMs = this.#modules.clock.nowMs();
    try {
      const answer = await this.#forward(seat, contexts, signal);
      const tookMs = this.#modules.clock.nowMs() - startMs;
      seat.health = recordAnswer(seat.health, contexts.length, tookMs);
      this.#modules.onCall?.(seat.miner, tookMs / 1_000, "OK");
      return answer;
    } catch (error) {
      if (signal.aborted) return { kind: "failed", code: "VALIDATOR_CLOSING" };
      const code = errorCode(error);
      this.#fail(seat, code, startMs, retryAfterMs(error));
      return { kind: "failed", code };
    }
  }

  reject(key: MinerKey, code: string): void {
    const seat = this.#seats.get(key);
    if (seat) this.#fail(seat, code, this.#modules.clock.nowMs());
  }

  health(): ReadonlyMap<MinerKey, MinerHealth> {
    return new Map([...this.#seats].map(([key, { health }]) => [key, health]));
  }

  async close(): Promise<void> {
    for (const seat of this.#seats.values()) disconnect(seat);
    this.#seats.clear();
    await Promise.resolve();
  }

  async #forward(seat: Seat, contexts: readonly AskedContext[], signal: AbortSignal): Promise<MinerAnswer> {
    seat.client ??= this.#connect(seat.miner);
    const client = await seat.client;
    const request: synapse.ForwardRequest = {
      contexts: contexts.map(({ text, positions }) => ({ text, positions: [...positions] })),
    };
    const response = await client.call.forward(request, { timeoutMs: this.#deadlineMs(seat), signal });
    const rows = rowsOfContexts(request.contexts);
    checkShape(response, rows);
    const representations = decodeFloat16(response.representations, { rows, dim: NETWORK_DIM });
    return { kind: "answered", representations, rows, modelDigest: bytesToHex(response.modelDigest) };
  }

  #deadlineMs(seat: Seat): number {
    const others = [...this.#seats.values()].filter((other) => other !== seat);
    return answerDeadlineMs(
      others.map(({ health }) => health),
      this.#options.timeoutMs,
    );
  }

  async #connect(miner: RosterMiner): Promise<SynapseClient> {
    const { addresses, genesisHash } = this.#options;
    const endpoint = await resolveEndpoint(miner.host, miner.port, addresses);
    const { signer, clock } = this.#modules;
    return createSignedClient(synapse.SynapseServiceService, {
      endpoint,
      receiver: miner.hotkey,
      signer,
      genesisHash,
      clock,
    });
  }

  #fail(seat: Seat, code: string, startMs: number, restMs?: number): void {
    const nowMs = this.#modules.clock.nowMs();
    if (code === LATE) seat.health = recordLate(seat.health, nowMs - startMs);
    seat.health = recordFailure(seat.health, code, nowMs, restMs);
    // A failed resolution must not be remembered.
    if (code.startsWith("GRPC_")) disconnect(seat);
    this.#modules.onCall?.(seat.miner, (nowMs - startMs) / 1_000, code);
    const { uid } = seat.miner;
    this.#modules.logger.debug("miner failed", { uid, code, failuresInRow: seat.health.failuresInRow });
  }
}

/** @throws GanglionError VALIDATOR_ANSWER_WRONG_SHAPE, also for a digest that is none: it goes into each checkpoint */
function checkShape({ rows, networkDim, modelDigest }: synapse.ForwardResponse, asked: number): void {
  if (rows === asked && networkDim === NETWORK_DIM && modelDigest.length === DIGEST_BYTES) return;
  throw new GanglionError(
    "VALIDATOR_ANSWER_WRONG_SHAPE",
    `asked for [${asked}, ${NETWORK_DIM}] and a digest of ${DIGEST_BYTES} bytes, got [${rows}, ${networkDim}] and ${modelDigest.length}`,
  );
}

function disconnect(seat: Seat): void {
  const { client } = seat;
  seat.client = undefined;
  client?.then(
    (open) => open.close(),
    () => undefined,
  );
}
