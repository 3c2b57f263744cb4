import type { ChainClient, WorkSolution } from "@ganglion/client";
import type { Signer } from "@ganglion/keys";
import {
  type Action,
  type AddressBytes,
  addressOfKey,
  asHeight,
  asSpikes,
  type Clock,
  createRandom,
  errorCode,
  errorMessage,
  InvariantError,
  type Logger,
  type Random,
  type RegistrationProof,
} from "@ganglion/types";
import { chain } from "@ganglion/wire";
import {
  type Desired,
  type IdentityAction,
  type IdentityPlan,
  type IdentityState,
  type Observed,
  planIdentity,
} from "../core/planIdentity.ts";
import type { MinerMetrics } from "../metrics.ts";
import type { LedgerView } from "./ledgerView.ts";
import type { SpendingRecord } from "./spendingRecord.ts";

export type IdentityOptions = {
  readonly desired: Desired;
  /** Needed to register. */ readonly owner: AddressBytes | undefined;
  /** Of the jitter. */ readonly seed: number;
};

export type IdentityModules = {
  readonly client: Pick<ChainClient, "watchMetagraph" | "params" | "account" | "submit">;
  readonly findWork: (signal: AbortSignal) => Promise<WorkSolution>;
  readonly signer: Signer;
  /** Pays burns. */
  readonly payer: Signer;
  readonly ledger: LedgerView;
  readonly spending: SpendingRecord;
  /** Digest of the present model's card; undefined while there is none. */
  readonly cardDigest: () => Uint8Array | undefined;
  readonly clock: Clock;
  readonly metrics: MinerMetrics;
  readonly logger: Logger;
};

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
const U16_RANGE = 65_535;
const SERVE_VERSION = 1;

/** Follows the ledger and keeps one identity registered and served: observes, plans, acts, one thing at a time. */
export class IdentityLoop {
  readonly #options: IdentityOptions;
  readonly #modules: IdentityModules;
  readonly #stop = new AbortController();
  readonly #random: Random;
  #following: Promise<void> | undefined;
  #ticking: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #plan: Pick<IdentityPlan, "state" | "detail"> = { state: "waitingForChain", detail: "starting" };
  #readySinceEpoch: number | undefined;
  #servedAtMs: number | undefined;
  #failures = 0;
  #actedAtHeight = 0;
  #retryAtMs = 0;

  constructor(options: IdentityOptions, modules: IdentityModules) {
    this.#options = options;
    this.#modules = modules;
    this.#random = createRandom(options.seed);
  }

  get state(): IdentityState {
    return this.#plan.state;
  }

  get detail(): string {
    return this.#plan.detail;
  }

  get uid(): number | undefined {
    return this.#modules.ledger.neuronOf(this.#modules.signer.publicKey)?.uid;
  }

  start(): void {
    this.#following ??= this.#follow();
  }

  /** To be called when the model changed. */
  wake(): void {
    if (this.#stop.signal.aborted) return;
    this.#again = true;
    this.#ticking ??= this.#tickUntilQuiet().finally(() => {
      this.#ticking = undefined;
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await Promise.all([this.#following, this.#ticking]);
  }

  async #follow(): Promise<void> {
    const { client, ledger, logger, metrics, signer } = this.#modules;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        for await (const metagraph of client.watchMetagraph(signal)) {
          ledger.take(metagraph);
          metrics.neuron(figuresOf(ledger.neuronOf(signer.publicKey)));
          this.wake();
        }
      } catch (error) {
        if (signal.aborted) return;
        logger.warn("lost the ledger", { code: errorCode(error), error: errorMessage(error) });
      }
      await rest(FIRST_RETRY_MS, signal);
    }
  }

  async #tickUntilQuiet(): Promise<void> {
    while (this.#again && !this.#stop.signal.aborted) {
      this.#again = false;
      await this.#tick();
    }
  }

  async #tick(): Promise<void> {
    clearTimeout(this.#timer);
    let action = "observe";
    try {
      const plan = planIdentity(this.#options.desired, await this.#observe());
      this.#show(plan);
      action = plan.action.kind;
      await this.#act(plan.action);
      if (action !== "none") this.#failures = 0;
      if (plan.requeueAfterMs !== undefined) this.#wakeAfter(plan.requeueAfterMs);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#retryLater(action, error);
    }
  }

  async #observe(): Promise<Observed> {
    const { clock, ledger, signer, spending, cardDigest } = this.#modules;
    const { metagraph } = ledger;
    const slot = ledger.neuronOf(signer.publicKey);
    const digest = cardDigest();
    if (digest !== undefined) this.#readySinceEpoch ??= metagraph?.epoch;
    const nowMs = clock.nowMs();
    const burning = this.#options.desired.mode === "burn" && metagraph !== undefined && slot === undefined;
    return {
      nowMs,
      chain: metagraph && { height: metagraph.height, epoch: metagraph.epoch },
      slot: slot && { ...slot, isMiner: slot.role === chain.NeuronRole.NEURON_ROLE_MINER },
      model: digest && { digest, readySinceEpoch: this.#readySinceEpoch },
      ...(burning ? await this.#readMoney() : { burnPriceSpikes: undefined, payerBalanceSpikes: undefined }),
      registrationsToday: spending.count(nowMs),
      servedAtMs: this.#servedAtMs,
      actedAtHeight: this.#actedAtHeight,
      retryAtMs: this.#retryAtMs,
    };
  }

  async #readMoney(): Promise<Pick<Observed, "burnPriceSpikes" | "payerBalanceSpikes">> {
    const { client, payer } = this.#modules;
    const { signal } = this.#stop;
    const [params, account] = await Promise.all([
      client.params({ signal }),
      client.account(addressOfKey(payer.publicKey), { signal }),
    ]);
    return { burnPriceSpikes: params.burnPriceSpikes, payerBalanceSpikes: account.balance };
  }

  async #act(action: IdentityAction): Promise<void> {
    const { signer, payer, spending, clock } = this.#modules;
    switch (action.kind) {
      case "none":
        return;
      case "registerByWork": {
        const { height, nonce } = await this.#modules.findWork(this.#stop.signal);
        const proof = { kind: "work", height: asHeight(height), nonce } as const;
        await this.#submit(this.#register(proof), [signer]);
        return;
      }
      case "registerByBurn": {
        const proof = { kind: "burn", maxPrice: asSpikes(action.maxPriceSpikes) } as const;
        // The try is on record before it is sent, so that a crash cannot make it free.
        await spending.add(clock.nowMs());
        await this.#submit(this.#register(proof), payer === signer ? [signer] : [payer, signer]);
        return;
      }
      case "serve":
        await this.#submit({ ...action, role: "miner", version: SERVE_VERSION }, [signer]);
        this.#servedAtMs = clock.nowMs();
    }
  }

  #register(proof: RegistrationProof): Action {
    const { owner } = this.#options;
    if (owner === undefined) throw new InvariantError("options name an owner unless registration is off");
    return { kind: "register", hotkey: this.#modules.signer.publicKey, owner, proof };
  }

  async #submit(action: Action, signers: readonly Signer[]): Promise<void> {
    const { client, metrics, logger } = this.#modules;
    try {
      const receipt = await client.submit(action, signers, { signal: this.#stop.signal });
      this.#actedAtHeight = receipt.height;
      metrics.transaction(action.kind, receipt.code);
      logger.info("transaction included", { kind: action.kind, height: receipt.height });
    } catch (error) {
      metrics.transaction(action.kind, errorCode(error));
      throw error;
    }
  }

  #show(plan: IdentityPlan): void {
    if (plan.state !== this.#plan.state)
      this.#modules.logger.info("identity changed state", { state: plan.state, detail: plan.detail });
    this.#plan = plan;
  }

  #retryLater(action: string, error: unknown): void {
    const delayMs =
      Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures) * (0.5 + this.#random.next());
    this.#failures++;
    this.#retryAtMs = this.#modules.clock.nowMs() + delayMs;
    const facts = { action, code: errorCode(error), error: errorMessage(error) };
    this.#modules.logger.warn("identity step failed", { ...facts, retryInMs: Math.round(delayMs) });
    this.#wakeAfter(delayMs);
  }

  #wakeAfter(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), delayMs);
  }
}

function figuresOf(neuron: chain.Neuron | undefined): Parameters<MinerMetrics["neuron"]>[0] {
  return (
    neuron && {
      uid: neuron.uid,
      incentive: neuron.incentive / U16_RANGE,
      emissionSpikes: Number(neuron.emission),
      stakeSpikes: Number(neuron.stake),
    }
  );
}

function rest(delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, delayMs);
    signal.addEventListener("abort", finish);
  });
}
