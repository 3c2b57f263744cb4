import { randomUUID } from "node:crypto";
import type { ClusterAccess } from "@ganglion/operator/controllerkit";
import { Registry } from "@ganglion/runtime/metrics";
import { createToyProgram, type ToyProgramOptions } from "../../examples/toy/createToyProgram.ts";
export const lines: string[] = [];
const log =
  (l: string) =>
  (m: string, f: object = {}) =>
    void lines.push(`${Math.round(performance.now())} ${l} ${m} ${JSON.stringify(f)}`);
const silentLogger: any = {
  debug: log("d"),
  info: log("i"),
  warn: log("w"),
  error: log("e"),
  child: (x: object) => silentLogger,
};

/** One running copy of the toy's controller. */
export type ToyReplica = {
  readonly identity: string;
  /** The value of a metric, summed over its labels; 0 when there is none. */
  readonly metric: (name: string) => Promise<number>;
  /** What `run` ended with; undefined for a clean stop. */
  readonly ended: Promise<unknown>;
  /** Ends it as SIGTERM would. */
  readonly stop: () => Promise<void>;
};

/** Starts a copy in this process. */
export function startToyReplica(
  access: ClusterAccess,
  namespace: string,
  timing: NonNullable<ToyProgramOptions["timing"]> = {},
): ToyReplica {
  const identity = `replica-${randomUUID()}`;
  const register = new Registry();
  const program = createToyProgram(
    { access, identity, namespace, leaseNamespace: namespace, timing },
    { logger: silentLogger, register },
  );
  const stop = new AbortController();
  const ended = program.manager.run(stop.signal).then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    identity,
    metric: async (name) => {
      const found = await register.getSingleMetric(name)?.get();
      return (found?.values ?? []).reduce((sum, { value }) => sum + Number(value), 0);
    },
    ended,
    stop: async () => {
      stop.abort();
      await ended;
      await program.close();
    },
  };
}
