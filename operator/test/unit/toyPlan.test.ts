import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { buildPod } from "../../examples/toy/buildPod.ts";
import { podType, type Toy, type ToyPod, toyType } from "../../examples/toy/kinds.ts";
import { ordinalOf, planToy } from "../../examples/toy/plan.ts";

const NOW = Date.UTC(2026, 0, 1);

function toy(spec: Partial<Toy["spec"]> = {}, status?: Toy["status"]): Toy {
  return toyType.decode({
    metadata: { namespace: "ns", name: "t", uid: "toy-uid", resourceVersion: "1", generation: 1 },
    spec: { replicas: 3, image: "pause", gpus: 0, ...spec },
    ...(status === undefined ? {} : { status }),
  });
}

let uids = 0;

/** The pod as the server would have it after a plan's creation. */
function born(owner: Toy, planned: ReturnType<typeof planToy>["create"][number], phase = "Running"): ToyPod {
  uids += 1;
  const { metadata, ...rest } = buildPod(owner, planned);
  const conditions = [{ type: "Ready", status: phase === "Running" ? "True" : "False" }];
  return podType.decode({
    ...structuredClone(rest),
    metadata: { ...structuredClone(metadata), uid: `uid-${uids}`, resourceVersion: String(uids) },
    status: { phase, conditions },
  });
}

/** One round of the world: what is planned happens. */
function settleWorld(owner: Toy, pods: readonly ToyPod[]): readonly ToyPod[] {
  const { create, remove } = planToy(owner, pods, NOW);
  const gone = new Set(remove);
  return [...pods.filter((pod) => !gone.has(pod)), ...create.map((planned) => born(owner, planned))];
}

const fail = (pod: ToyPod): ToyPod => ({ ...pod, status: { phase: "Failed", conditions: [] } });

describe("planToy", () => {
  it("creates a pod for each ordinal", () => {
    const { create, remove, status } = planToy(toy(), [], NOW);
    expect(create.map(({ ordinal }) => ordinal)).toEqual([0, 1, 2]);
    expect(remove).toEqual([]);
    expect(status).toMatchObject({ replicas: 0, readyReplicas: 0, selector: "example.com/toy=t" });
  });

  it("names a successor after its predecessor, the same for all who look", () => {
    const pods = settleWorld(toy(), []);
    const [first, ...rest] = pods;
    if (first === undefined) throw new Error("no pod");
    const world = [fail(first), ...rest];
    const { create, remove } = planToy(toy(), world, NOW);
    expect(create).toHaveLength(1);
    expect(create[0]).toMatchObject({ ordinal: 0, predecessorUid: first.metadata.uid });
    expect(create[0]?.name).not.toBe(first.metadata.name);
    expect(remove).toEqual([world[0]]);
    expect(planToy(toy(), [...world].reverse(), NOW).create).toEqual(create);
  });

  it("follows the youngest of several dead pods of one place", () => {
    let pods = settleWorld(toy({ replicas: 1 }), []);
    for (let deaths = 0; deaths < 4; deaths++) {
      const dead = pods.map(fail);
      const { create } = planToy(toy({ replicas: 1 }), dead, NOW);
      expect(dead.map(({ metadata }) => metadata.name)).not.toContain(create[0]?.name);
      pods = [...dead, ...create.map((planned) => born(toy(), planned))];
    }
  });

  it("removes the highest ordinals when there are too many", () => {
    const pods = settleWorld(toy({ replicas: 5 }), []);
    const { remove } = planToy(toy({ replicas: 2 }), pods, NOW);
    expect(remove.map(ordinalOf)).toEqual([2, 3, 4]);
  });

  it("rolls out a new image a tenth at a time", () => {
    const pods = settleWorld(toy({ replicas: 40 }), []);
    expect(planToy(toy({ replicas: 40, image: "new" }), pods, NOW).remove).toHaveLength(4);
  });

  it("is Ready only when all are", () => {
    const pods = settleWorld(toy(), []);
    const ready = (world: readonly ToyPod[]) =>
      planToy(toy(), world, NOW).status.conditions.find(({ type }) => type === "Ready")?.status;
    expect([ready(pods), ready(pods.slice(1))]).toEqual(["True", "False"]);
  });

  it("comes to rest from any world, and then plans nothing", () => {
    const deaths = fc.array(fc.nat(19), { maxLength: 10 });
    const sizes = fc.array(fc.nat(12), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(sizes, deaths, fc.boolean(), (replicas, dying, rolls) => {
        let pods: readonly ToyPod[] = [];
        for (const size of replicas) {
          pods = settleWorld(toy({ replicas: size }), pods);
          pods = pods.map((pod, index) => (dying.includes(index) ? fail(pod) : pod));
        }
        const last = toy({ replicas: replicas.at(-1) ?? 0, ...(rolls ? { image: "new" } : {}) });
        for (let round = 0; round < 30; round++) pods = settleWorld(last, pods);
        const { create, remove, status } = planToy(last, pods, NOW);
        expect([create, remove]).toEqual([[], []]);
        expect(pods).toHaveLength(last.spec.replicas);
        const again = planToy(toy(last.spec, status), pods, NOW + 60_000).status;
        expect(again.conditions).toBe(status.conditions);
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});
