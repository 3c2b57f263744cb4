import { errorCode, GanglionError, type Logger } from "@ganglion/types";
import { isKubeError, kubeError } from "../api/kubeError.ts";
import { ResourceClient } from "../api/resourceClient.ts";
import type { Transport } from "../api/transport.ts";
import { microTime } from "../microTime.ts";
import type { RandomSource } from "../queue/backoff.ts";
import type { KitMetrics } from "../serve/kitMetrics.ts";
import { sleep, systemClock, type TimerClock } from "../timerClock.ts";
import { type Lease, leaseType } from "./leaseType.ts";

/** Which Lease, who takes part, and times in milliseconds: lease > renewal deadline > retry. */
export type LeaderElectorOptions = {
  readonly namespace: string;
  /** The Lease's name: replicas that share it elect one leader. */
  readonly name: string;
  /** Unique among replicas, and new for each start: the host name and a random part. */
  readonly identity: string;
  /** Others wait this long after the last renewal that they saw; 15 s by default. */
  readonly leaseMs?: number;
  /** The leader stops this long after its last renewal; 10 s by default, always less than `leaseMs`. */
  readonly renewDeadlineMs?: number;
  /** Between tries; 2 s by default. */
  readonly retryMs?: number;
};

/** What an elector works with. */
export type LeaderElectorModules = {
  /** One of its own, so that a renewal never waits behind other writes. */
  readonly transport: Transport;
  readonly logger: Logger;
  readonly metrics?: KitMetrics;
  readonly clock?: TimerClock;
  readonly random?: RandomSource;
};

const LEASE_MS = 15_000;
const RENEW_DEADLINE_MS = 10_000;
const RETRY_MS = 2_000;
const RELEASE_TRIES = 3;

/** Tells whether this replica may act, at this very moment. */
export type Leadership = { readonly isLeader: () => boolean };

/**
 * At most one leader among replicas that share a Lease and whose clocks run at about the same speed (wall
 * times are never compared). A leader that can't renew stops before others may start. That is no proof against a
 * process that was paused in the middle of a request: writes carry preconditions for that, and
 * `fenceWrites` refuses those that were not sent yet.
 */
export class LeaderElector implements Leadership {
  readonly #options: Required<LeaderElectorOptions>;
  readonly #modules: LeaderElectorModules;
  readonly #clock: TimerClock;
  readonly #client: ResourceClient<Lease>;
  /** The lease as last seen, and when it was first seen so. */
  #seen: { readonly lease: Lease; readonly atMs: number } | undefined;
  #leadingUntilMs = 0;

  /** @throws GanglionError KIT_LEASE_TIMES when two could lead at once, or none for long */
  constructor(options: LeaderElectorOptions, modules: LeaderElectorModules) {
    this.#options = { leaseMs: LEASE_MS, renewDeadlineMs: RENEW_DEADLINE_MS, retryMs: RETRY_MS, ...options };
    assertTimes(this.#options);
    this.#modules = modules;
    this.#clock = modules.clock ?? systemClock;
    this.#client = new ResourceClient(leaseType, {
      transport: modules.transport,
      fieldManager: options.identity,
    });
  }

  /** By the clock, not by a flag: false from the moment the right to act ran out, also after a pause. */
  isLeader(): boolean {
    return this.#clock.monotonicMs() < this.#leadingUntilMs;
  }

  /** Who leads as far as this replica knows; undefined if nobody does. */
  leader(): string | undefined {
    return this.#seen?.lease.spec?.holderIdentity || undefined;
  }

  /**
   * Waits until it leads, then calls `lead` once; its signal aborts when leadership or `signal` ends. After
   * `lead` returned the lease is given up, so that another replica takes over within a try. Resolves when
   * `signal` aborted or `lead` returned.
   * @throws GanglionError KUBE_NOT_LEADER when leadership was lost: exit and start afresh; what `lead` throws
   */
  async run(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { metrics, logger } = this.#modules;
    const { name, identity } = this.#options;
    metrics?.leading.set({ name }, 0);
    if (!(await this.#acquire(signal))) return;
    logger.info("leading", { lease: name, identity });
    metrics?.leading.set({ name }, 1);
    const leading = new AbortController();
    const stop = (): void => leading.abort();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const ended = new AbortController();
    const work = lead(leading.signal).finally(() => ended.abort());
    try {
      const keeping = this.#keep(leading, ended.signal);
      // Not before the last renewal is over, or it would race with the release.
      const [worked] = await Promise.allSettled([work, keeping]);
      if (worked.status === "rejected") throw worked.reason;
      if (!(await keeping)) throw kubeError("KUBE_NOT_LEADER", `the lease ${name} could not be renewed`);
    } finally {
      signal.removeEventListener("abort", stop);
      metrics?.leading.set({ name }, 0);
      await this.#release();
    }
  }

  async #acquire(signal: AbortSignal): Promise<boolean> {
    const random = this.#modules.random ?? Math.random;
    while (!signal.aborted) {
      if (await this.#try(signal)) return true;
      const pauseMs = this.#options.retryMs * (0.8 + 0.4 * random());
      const heldMs = this.#heldByOtherMs();
      await sleep(this.#clock, heldMs > 0 ? Math.min(pauseMs, heldMs) : pauseMs, signal);
    }
    return false;
  }

  /** Renews until the work ended; stops the work, and gives false, once the deadline passed without a renewal. */
  async #keep(leading: AbortController, ended: AbortSignal): Promise<boolean> {
    let renewed = true;
    let lost = false;
    const lose = (): void => {
      lost = true;
      // The timer may be a little early: from here on nothing is sent, whatever the clock says.
      this.#leadingUntilMs = 0;
      leading.abort();
    };
    while (!ended.aborted && !lost) {
      const leftMs = this.#leadingUntilMs - this.#clock.monotonicMs();
      const cancel = this.#clock.after(leftMs, lose);
      // Twice as often while it fails, so that a short outage costs nothing.
      const pauseMs = renewed ? this.#options.retryMs : this.#options.retryMs / 2;
      await sleep(this.#clock, Math.min(pauseMs, Math.max(0, leftMs)), ended);
      if (!ended.aborted && this.isLeader()) renewed = await this.#try(ended);
      cancel();
      if (!this.isLeader()) lose();
    }
    if (lost) this.#modules.logger.error("leadership lost", { lease: this.#options.name });
    return !lost;
  }

  /** One try to take or renew the lease. True if this replica leads until the renewal deadline. */
  async #try(signal: AbortSignal): Promise<boolean> {
    const { renewDeadlineMs, name, namespace } = this.#options;
    const sentMs = this.#clock.monotonicMs();
    const call = { signal, deadlineMs: renewDeadlineMs / 2 };
    try {
      if (!this.isLeader() || this.#seen === undefined) {
        this.#see(await this.#client.get({ namespace, name }, call));
        if (this.#heldByOtherMs() > 0) return false;
      }
      this.#see(await this.#write(call));
      this.#leadingUntilMs = sentMs + renewDeadlineMs;
      return true;
    } catch (error) {
      if (isKubeError(error, "KUBE_CONFLICT", "KUBE_NOT_FOUND")) return await this.#readAgain(call);
      if (!signal.aborted)
        this.#modules.logger.info("lease not renewed", { lease: name, code: errorCode(error) });
      return false;
    }
  }

  /** Someone wrote in between: another replica, or a try of our own whose answer was lost. */
  async #readAgain(call: { readonly signal: AbortSignal; readonly deadlineMs: number }): Promise<boolean> {
    const { name, namespace, identity } = this.#options;
    this.#modules.metrics?.slowRenewals.inc({ name });
    try {
      this.#see(await this.#client.get({ namespace, name }, call));
    } catch (error) {
      this.#modules.logger.info("lease not read", { lease: name, code: errorCode(error) });
      return false;
    }
    if (this.leader() !== identity) this.#leadingUntilMs = 0;
    return false;
  }

  #write(call: { readonly signal: AbortSignal; readonly deadlineMs: number }): Promise<Lease> {
    const { namespace, name, identity, leaseMs } = this.#options;
    const lease = this.#seen?.lease;
    const now = microTime(this.#clock.nowMs());
    const mine = lease?.spec?.holderIdentity === identity;
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(leaseMs / 1_000),
      renewTime: now,
      ...(mine ? {} : { acquireTime: now, leaseTransitions: (lease?.spec?.leaseTransitions ?? -1) + 1 }),
    };
    if (lease !== undefined) return this.#client.patch(lease, { spec }, call);
    const { apiVersion, kind } = leaseType;
    return this.#client.create({ apiVersion, kind, metadata: { namespace, name }, spec }, call);
  }

  #see(lease: Lease | undefined): void {
    if (lease === undefined) this.#seen = undefined;
    else if (lease.metadata.resourceVersion !== this.#seen?.lease.metadata.resourceVersion)
      this.#seen = { lease, atMs: this.#clock.monotonicMs() };
  }

  /** For how long still; judged by how long the record has not changed here, never by the times written in it. */
  #heldByOtherMs(): number {
    const holder = this.leader();
    if (this.#seen === undefined || holder === undefined || holder === this.#options.identity) return 0;
    const { lease, atMs } = this.#seen;
    const durationMs = (lease.spec?.leaseDurationSeconds ?? this.#options.leaseMs / 1_000) * 1_000;
    return Math.max(0, atMs + durationMs - this.#clock.monotonicMs());
  }

  /** A renewal that was cut short may have changed the lease: then once more from a fresh read. */
  async #release(): Promise<void> {
    const { namespace, name, identity, renewDeadlineMs } = this.#options;
    if (!this.isLeader()) return;
    this.#leadingUntilMs = 0;
    const call = { deadlineMs: renewDeadlineMs / 2 };
    try {
      for (
        let tries = 0;
        tries < RELEASE_TRIES && this.#seen !== undefined && this.leader() === identity;
        tries++
      ) {
        const spec = {
          holderIdentity: "",
          leaseDurationSeconds: 1,
          renewTime: microTime(this.#clock.nowMs()),
        };
        const released = await this.#client
          .patch(this.#seen.lease, { spec }, call)
          .catch((error: unknown) => {
            if (!isKubeError(error, "KUBE_CONFLICT")) throw error;
            return this.#client.get({ namespace, name }, call);
          });
        this.#see(released);
      }
      this.#modules.logger.info("lease given up", { lease: name });
    } catch (error) {
      this.#modules.logger.info("lease not given up: it expires by itself", { code: errorCode(error) });
    }
  }
}

function assertTimes({ leaseMs, renewDeadlineMs, retryMs }: Required<LeaderElectorOptions>): void {
  if (leaseMs > renewDeadlineMs && renewDeadlineMs > retryMs && retryMs > 0) return;
  const times = `leaseMs ${leaseMs} > renewDeadlineMs ${renewDeadlineMs} > retryMs ${retryMs} > 0`;
  throw new GanglionError("KIT_LEASE_TIMES", `an election needs ${times}: correct the times`, {});
}
