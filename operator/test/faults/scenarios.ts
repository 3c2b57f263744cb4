import type { FaultRule } from "../fakeApiServer/faults.ts";
import type { ToyWorld } from "../toy/toyWorld.ts";

/** What the scenarios act on: a world with a settled toy, and replicas of its controller behind the faults. */
export type FaultBed = {
  readonly world: ToyWorld;
  /** Pods of the toy {@link TOY}. */
  readonly replicas: number;
  /** Longest wait for any recovery. */
  readonly withinMs: number;
  /** How long a fault that has a length lasts. */
  readonly lastsMs: number;
};

/** One fault; resolves when it is over and the world may settle again. */
export type Scenario = {
  readonly name: string;
  readonly run: (bed: FaultBed) => Promise<void>;
};

/** How one went. */
export type Recovery = {
  readonly name: string;
  /** From the end of the fault until every place has one Ready pod and the status says so. */
  readonly recoveredMs: number;
  /** Pods made beyond those that replace the killed ones. */
  readonly surplus: number;
  readonly duplicates: readonly string[];
};

export const TOY = "subject";
const KILLED = 5;

/** Faults of connections and answers, which any server can be put behind. */
export const CONNECTION_SCENARIOS: readonly Scenario[] = [
  {
    name: "watches cut 20 times",
    run: async ({ world }) => {
      for (let round = 0; round < 20; round++) {
        world.api.faults.cutWatches();
        if (round === 10) await world.kill(TOY, KILLED);
        await pause(20);
      }
    },
  },
  {
    name: "all connections cut",
    run: async ({ world }) => {
      world.api.faults.cutAll();
      await world.kill(TOY, KILLED);
    },
  },
  {
    name: "open watches silent",
    run: async ({ world }) => {
      world.api.faults.silenceWatches();
      world.api.faults.hearNewWatches();
      await world.kill(TOY, KILLED);
    },
  },
  {
    name: "compaction, then cut watches",
    run: async ({ world }) => {
      await world.kill(TOY, KILLED);
      await world.api.compact();
      world.api.faults.cutWatches();
    },
  },
  {
    name: "versions too old",
    run: async ({ world }) => {
      const { faults } = world.api;
      faults.add({ watch: true, action: { kind: "expire" }, count: 2 });
      faults.cutWatches();
      await world.kill(TOY, KILLED);
    },
  },
  lasting("storm of 429", { action: { kind: "status", code: 429, retryAfterSeconds: 1 } }),
  lasting("storm of 500", { action: { kind: "status", code: 500 }, path: /pods|toys/ }),
  {
    name: "answers of creations lost",
    run: async ({ world }) => {
      const action = { kind: "loseAnswer" } as const;
      world.api.faults.add({ method: "POST", path: /\/pods/, action, count: KILLED - 1 });
      await world.kill(TOY, KILLED);
    },
  },
  {
    name: "answers late",
    run: async ({ world }) => {
      world.api.faults.add({ watch: false, action: { kind: "slow", delayMs: 500 }, count: 20 });
      await world.kill(TOY, KILLED);
    },
  },
];

/** Runs a scenario on a settled toy and waits until it is settled again. */
export async function recover(bed: FaultBed, scenario: Scenario): Promise<Recovery> {
  const { world, replicas, withinMs } = bed;
  await world.settled(TOY, replicas, withinMs);
  const before = world.created;
  const known = world.duplicates.length;
  await scenario.run(bed);
  const recoveredMs = await world.recovered(TOY, replicas, before + KILLED, withinMs);
  world.api.faults.clear();
  return {
    name: scenario.name,
    recoveredMs,
    surplus: world.created - before - KILLED,
    duplicates: world.duplicates.slice(known),
  };
}

/** A fault that strikes again and again; pods end in the middle of it. */
function lasting(name: string, rule: FaultRule): Scenario {
  return {
    name,
    run: async ({ world, lastsMs }) => {
      const end = world.api.faults.add(rule);
      await pause(lastsMs / 2);
      await world.kill(TOY, KILLED);
      await pause(lastsMs / 2);
      end();
    },
  };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
