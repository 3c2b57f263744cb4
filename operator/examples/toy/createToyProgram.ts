import {
  type ClusterAccess,
  Controller,
  createKitMetrics,
  createTransport,
  EventRecorder,
  fenceWrites,
  Informer,
  type InformerOptions,
  LeaderElector,
  type LeaderElectorOptions,
  Manager,
  OWNER_INDEX,
  ownerKeys,
  ownerUids,
  ownKey,
  ResourceClient,
  systemClock,
} from "@ganglion/operator/controllerkit";
import type { Registry } from "@ganglion/runtime/metrics";
import type { Logger } from "@ganglion/types";
import { LABELS, podType, type Toy, toyType } from "./kinds.ts";
import { ToyReconciler } from "./toyReconciler.ts";

export type ToyProgramOptions = {
  readonly access: ClusterAccess;
  /** Unique among replicas and starts. */
  readonly identity: string;
  /** Watch this namespace only; all by default. */
  readonly namespace?: string;
  /** Where the Lease is. */
  readonly leaseNamespace: string;
  readonly workers?: number;
  /** Shorter ones make tests short. */
  readonly timing?: Pick<LeaderElectorOptions, "leaseMs" | "renewDeadlineMs" | "retryMs"> &
    Pick<InformerOptions<Toy>, "silenceMs">;
};

export type ToyProgram = { readonly manager: Manager; readonly close: () => Promise<void> };

/** The whole of a small operator: this is what a program of yours looks like. */
export function createToyProgram(
  options: ToyProgramOptions,
  { logger, register }: { readonly logger: Logger; readonly register: Registry },
): ToyProgram {
  const metrics = createKitMetrics(register);
  const clock = systemClock;
  const fieldManager = "toy-controller";
  const { access, identity, leaseNamespace, namespace, timing = {} } = options;
  const { silenceMs, ...leaseTiming } = timing;
  const userAgent = fieldManager;

  const forElection = createTransport(access, { connections: 2, userAgent }, { metrics });
  const transport = createTransport(access, { userAgent }, { metrics });
  const elector = new LeaderElector(
    { namespace: leaseNamespace, name: "toy-controller", identity, ...leaseTiming },
    { transport: forElection, logger, metrics },
  );
  const fenced = fenceWrites(transport, elector);
  const toyClient = new ResourceClient(toyType, { transport: fenced, fieldManager });
  const podClient = new ResourceClient(podType, { transport: fenced, fieldManager });

  const where = {
    ...(namespace === undefined ? {} : { namespace }),
    ...(silenceMs === undefined ? {} : { silenceMs }),
  };
  const toys = new Informer(where, { client: toyClient, logger, metrics });
  const pods = new Informer(
    { ...where, labelSelector: LABELS.toy, indexers: { [OWNER_INDEX]: ownerUids } },
    { client: podClient, logger, metrics },
  );
  const recorder = new EventRecorder(
    { controller: "example.com/toy-controller", instance: identity },
    { transport, logger, metrics },
  );

  // Its handler comes before the controller's, so that a key is never looked at before its pod is counted.
  const reconciler = new ToyReconciler({ toys, pods, toyClient, podClient, recorder, clock });
  const controller = new Controller(
    { name: "toy", ...(options.workers === undefined ? {} : { workers: options.workers }) },
    { reconcile: (request, context) => reconciler.reconcile(request, context), logger, metrics },
  );
  // Its own status writes too: a status that was compared with a cache that lagged is put right when they arrive.
  controller.watch(toys, { keys: ownKey });
  controller.watch(pods, { keys: ownerKeys(toyType) });

  const manager = new Manager({}, { logger, elector });
  manager.addAlways({ name: "events", run: (signal) => recorder.run(signal) });
  manager.addCache(toys);
  manager.addCache(pods);
  manager.addLeaderOnly(controller);
  return {
    manager,
    close: async () => void (await Promise.all([transport.close(), forElection.close()])),
  };
}
