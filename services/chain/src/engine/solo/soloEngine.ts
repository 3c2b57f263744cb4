import type { Signer } from "@ganglion/keys";
import type { GenesisSigner } from "@ganglion/ledger";
import {
  bytesToHex,
  type Clock,
  equalBytes,
  errorCode,
  errorMessage,
  GanglionError,
  InvariantError,
  type Logger,
} from "@ganglion/types";
import { isClockBehind, MAX_STEP_MS, nextBlockTime } from "../../core/nextBlockTime.ts";
import type { AppInfo, Application, CheckTxResponse } from "../application.ts";
import type { Engine, EngineHealth } from "../engine.ts";
import { sealBlock } from "./sealBlock.ts";

export type SoloOptions = {
  readonly chainId: string;
  readonly genesisHash: Uint8Array;
  readonly validators: readonly GenesisSigner[];
  readonly signer: Signer;
  readonly blockIntervalMs: number;
  readonly maxBlockBytes: number;
};

export type SoloModules = {
  readonly application: Application;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** One process that proposes, decides and signs every block, at an interval. */
export class SoloEngine implements Engine {
  readonly name = "solo";
  readonly done: Promise<void>;
  private readonly options: SoloOptions;
  private readonly modules: SoloModules;
  private parent: AppInfo;
  private timer: NodeJS.Timeout | undefined;
  private nextAt = 0;
  /** However long the chain stood still, its first block has the present time. */
  private maxStepMs = Number.POSITIVE_INFINITY;
  private isClockWarned = false;
  private readonly finish: { readonly resolve: () => void; readonly reject: (error: unknown) => void };

  /**
   * Starts the ledger where the store has none; makes no block before `start`.
   * @throws GanglionError CHAIN_KEY_NOT_IN_GENESIS, CHAIN_CLOCK_BEHIND
   */
  constructor(options: SoloOptions, modules: SoloModules) {
    this.options = options;
    this.modules = modules;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.done = promise;
    this.finish = { resolve, reject };
    assertInGenesis(options);
    const { application, clock } = modules;
    const { lastBlockHeight, initialHeight } = application.info();
    if (lastBlockHeight < initialHeight)
      application.initChain({ chainId: options.chainId, genesisHash: options.genesisHash });
    this.parent = application.info();
    assertClock(this.parent.lastBlockTimeMs, clock.nowMs());
  }

  /** Makes the first block at once. */
  start(): void {
    this.nextAt = performance.now();
    this.timer = setTimeout(() => this.tick(), 0);
  }

  broadcast(transaction: Uint8Array): Promise<CheckTxResponse> {
    return Promise.resolve(this.modules.application.checkTx(transaction));
  }

  /** Its blocks stop only by a fault, which ends it. */
  health(): EngineHealth {
    return { catchingUp: false, halted: false, peers: 0 };
  }

  close(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.finish.resolve();
    return this.done.then(undefined, () => undefined);
  }

  private tick(): void {
    try {
      this.makeBlock();
    } catch (error) {
      this.modules.logger.error("block failed", { code: errorCode(error), error: errorMessage(error) });
      this.timer = undefined;
      this.finish.reject(error);
      return;
    }
    const now = performance.now();
    // A block that took longer than the interval is not made up for by a burst.
    this.nextAt = Math.max(this.nextAt + this.options.blockIntervalMs, now);
    this.timer = setTimeout(() => this.tick(), this.nextAt - now);
  }

  private makeBlock(): void {
    const { application, logger } = this.modules;
    const { genesisHash, signer, validators, maxBlockBytes } = this.options;
    const height = this.parent.lastBlockHeight + 1;
    const timeMs = this.chooseTime();
    const opening = { height, timeMs, misbehaviour: [] };
    const transactions = application.prepareProposal({ ...opening, maxBytes: maxBlockBytes });
    if (application.processProposal({ ...opening, transactions }) === "reject")
      throw new InvariantError("the application rejected its own proposal");
    const header = {
      genesisHash,
      height,
      timeMs,
      parentHash: this.parent.lastBlockHash,
      proposer: signer.publicKey,
      parentStateRoot: this.parent.lastBlockAppHash,
    };
    const { hash, seal } = sealBlock({ ...header, transactions }, signer);
    const { parentHash, proposer } = header;
    const lastCommit = height === this.parent.initialHeight ? [] : votes(validators, proposer);
    const block = { ...opening, transactions, hash, parentHash, proposer, lastCommit, seal };
    const { appHash } = application.finalizeBlock(block);
    application.commit();
    this.parent = {
      ...this.parent,
      lastBlockHeight: height,
      lastBlockTimeMs: timeMs,
      lastBlockHash: hash,
      lastBlockAppHash: appHash,
    };
    logger.info("block committed", {
      height,
      transactions: transactions.length,
      root: bytesToHex(appHash).slice(0, 16),
    });
  }

  private chooseTime(): number {
    const parentMs = this.parent.lastBlockTimeMs;
    const nowMs = this.modules.clock.nowMs();
    const timeMs = nextBlockTime(parentMs, nowMs, this.maxStepMs);
    this.maxStepMs = MAX_STEP_MS;
    const isOff = timeMs !== nowMs;
    if (isOff && !this.isClockWarned)
      this.modules.logger.warn("the clock jumped: block times follow it slowly, set the clock right", {
        clockMs: nowMs,
        blockTimeMs: timeMs,
      });
    this.isClockWarned = isOff;
    return timeMs;
  }
}

function votes(validators: readonly GenesisSigner[], proposer: Uint8Array) {
  return validators.map(({ consensusKey, power }) => ({
    consensusKey,
    power,
    signed: equalBytes(consensusKey, proposer),
  }));
}

function assertInGenesis({ signer, validators }: SoloOptions): void {
  if (validators.some(({ consensusKey }) => equalBytes(consensusKey, signer.publicKey))) return;
  throw new GanglionError(
    "CHAIN_KEY_NOT_IN_GENESIS",
    `genesis names no validator with the consensus key ${bytesToHex(signer.publicKey)}: use one of the keys that it names`,
  );
}

function assertClock(parentMs: number, nowMs: number): void {
  if (!isClockBehind(parentMs, nowMs)) return;
  throw new GanglionError(
    "CHAIN_CLOCK_BEHIND",
    `this machine's clock (${new Date(nowMs).toISOString()}) is behind the last block (${new Date(parentMs).toISOString()}): set the clock, then start again`,
    { clockMs: nowMs, lastBlockMs: parentMs },
  );
}
