import {
  createSurely,
  type EventRecorder,
  Expectations,
  type Informer,
  isDeleting,
  isKubeError,
  OWNER_INDEX,
  ownerKeys,
  type ReconcileContext,
  type ReconcileRequest,
  type ReconcileResult,
  type ResourceClient,
  slowStart,
  type TimerClock,
} from "@ganglion/operator/controllerkit";
import { buildPod } from "./buildPod.ts";
import { type Toy, type ToyPod, type ToyStatus, toyType } from "./kinds.ts";
import { type PlannedPod, planToy } from "./plan.ts";

export type ToyModules = {
  readonly toys: Informer<Toy>;
  readonly pods: Informer<ToyPod>;
  readonly toyClient: ResourceClient<Toy>;
  readonly podClient: ResourceClient<ToyPod>;
  readonly recorder: EventRecorder;
  readonly clock: TimerClock;
};

/** Numbers in a status change at most this often; Ready changes at once. */
const STATUS_EVERY_MS = 1_000;
/** If an expected event never comes, look again. */
const UNSEEN_MS = 60_000;

/** Observe, plan, apply, one status patch. */
export class ToyReconciler {
  readonly #modules: ToyModules;
  readonly #expectations: Expectations;
  readonly #statusMs = new Map<string, number>();

  constructor(modules: ToyModules) {
    this.#modules = modules;
    this.#expectations = new Expectations(modules.clock);
    const keysOf = ownerKeys(toyType);
    modules.pods.addHandler(({ kind, object }) => {
      const { name, uid } = object.metadata;
      for (const key of keysOf(object)) {
        if (kind === "added") this.#expectations.seenCreated(key, name);
        if (kind === "deleted" || isDeleting(object)) this.#expectations.seenDeleted(key, uid);
      }
    });
  }

  async reconcile(
    { key }: ReconcileRequest,
    context: ReconcileContext,
  ): Promise<ReconcileResult | undefined> {
    const { toys, pods, clock } = this.#modules;
    const toy = toys.store.get(key);
    if (toy === undefined || isDeleting(toy)) {
      // Pods go with their owner: the garbage collector sees to it.
      this.#expectations.forget(key);
      this.#statusMs.delete(key);
      return undefined;
    }
    if (!this.#expectations.satisfied(key)) return { requeueAfterMs: UNSEEN_MS };
    const plan = planToy(toy, pods.store.byIndex(OWNER_INDEX, toy.metadata.uid), clock.nowMs());
    const created = await slowStart(
      plan.create,
      (pod) => this.#create(key, toy, pod, context),
      context.signal,
    );
    const removed = await slowStart(plan.remove, (pod) => this.#remove(key, pod, context), context.signal);
    this.#report(toy, created.succeeded);
    const later = await this.#writeStatus(key, toy, plan.status, context);
    const error = created.error ?? removed.error;
    if (error !== undefined) throw error;
    return later;
  }

  async #create(key: string, toy: Toy, pod: PlannedPod, { signal }: ReconcileContext): Promise<void> {
    const { podClient, clock } = this.#modules;
    this.#expectations.expectCreation(key, pod.name);
    try {
      await createSurely(podClient, buildPod(toy, pod), { clock, signal });
    } catch (error) {
      this.#expectations.creationFailed(key, pod.name);
      throw error;
    }
  }

  async #remove(key: string, pod: ToyPod, { signal }: ReconcileContext): Promise<void> {
    const { uid } = pod.metadata;
    this.#expectations.expectDeletion(key, uid);
    try {
      await this.#modules.podClient.delete(pod, { signal });
    } catch (error) {
      this.#expectations.deletionFailed(key, uid);
      // It changed since: the next look decides again.
      if (!isKubeError(error, "KUBE_CONFLICT")) throw error;
    }
  }

  #report(toy: Toy, created: number): void {
    if (created === 0) return;
    const note = `created ${created} pods`;
    this.#modules.recorder.record({
      regarding: toy,
      type: "Normal",
      reason: "PodsCreated",
      action: "CreatePods",
      note,
    });
  }

  async #writeStatus(
    key: string,
    toy: Toy,
    status: ToyStatus,
    { signal }: ReconcileContext,
  ): Promise<ReconcileResult | undefined> {
    const before = toy.status;
    const same =
      before?.conditions === status.conditions &&
      before.replicas === status.replicas &&
      before.readyReplicas === status.readyReplicas &&
      before.observedGeneration === status.observedGeneration;
    if (same) return undefined;
    const nowMs = this.#modules.clock.monotonicMs();
    const waitMs = (this.#statusMs.get(key) ?? Number.NEGATIVE_INFINITY) + STATUS_EVERY_MS - nowMs;
    if (waitMs > 0 && !becameReady(before, status)) return { requeueAfterMs: waitMs };
    this.#statusMs.set(key, nowMs);
    await this.#modules.toyClient.patchStatus(toy, status, { signal });
    return undefined;
  }
}

function becameReady(before: Toy["status"], status: ToyStatus): boolean {
  const of = (conditions: ToyStatus["conditions"] = []): string | undefined =>
    conditions.find(({ type }) => type === "Ready")?.status;
  return of(before?.conditions) !== of(status.conditions);
}
