import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startToyReplica, type ToyReplica } from "../toy/toyReplica.ts";
import { ToyWorld } from "../toy/toyWorld.ts";
import type { ApiUnderTest } from "./apiUnderTest.ts";
import { eventually } from "./eventually.ts";

const SET_UP_MS = 60_000;
const SETTLED_MS = 30_000;
/** kube-controller-manager looks for new kinds, whose objects own others, every 30 s. */
const COLLECTED_MS = 60_000;
const REPLICAS = 60;

/** The worked example, as a controller of the kit and as two replicas of it. */
export function describeToys(connect: () => Promise<ApiUnderTest>): void {
  describe("toys", () => {
    let world: ToyWorld;
    let api: ApiUnderTest;
    const replicas: ToyReplica[] = [];
    const start = (): ToyReplica => {
      const replica = startToyReplica(api.access, world.namespace);
      replicas.push(replica);
      return replica;
    };

    beforeAll(async () => {
      api = await connect();
      world = await ToyWorld.open(api, "toys");
      start();
    }, SET_UP_MS);
    afterAll(async () => {
      for (const replica of replicas) await replica.stop();
      await world.close();
      await api.close();
    });

    it("makes the pods that are asked for, with one write each, and tells when they are ready", async () => {
      await world.createToy("first", REPLICAS);
      await world.settled("first", REPLICAS, SETTLED_MS);

      const { traffic } = api;
      expect(traffic.count("create", "pods")).toBe(REPLICAS);
      expect(traffic.count("update", "pods") + traffic.count("delete", "pods")).toBe(0);
      const toy = await world.toys.get({ namespace: world.namespace, name: "first" });
      const ready = toy?.status?.conditions?.find(({ type }) => type === "Ready");
      expect(ready).toMatchObject({ status: "True", observedGeneration: 1 });
    });

    it("writes nothing while nothing changes", async () => {
      const toy = await world.toys.get({ namespace: world.namespace, name: "first" });
      const { created } = world;
      // A change of a label is none for it; the toy's events are all in when this one has been seen.
      await world.raw.must(
        world.raw.merge(`/apis/example.com/v1/namespaces/${world.namespace}/toys/first`, {
          metadata: { labels: { seen: "yes" } },
        }),
      );
      const second = await world.createToy("second", 1);
      await world.settled("second", 1, SETTLED_MS);

      const later = await world.toys.get({ namespace: world.namespace, name: "first" });
      expect(later?.status).toEqual(toy?.status);
      expect(world.created).toBe(created + 1);
      await world.toys.delete((await world.toys.get(second.metadata)) ?? second);
    });

    it("replaces pods that end", async () => {
      await world.kill("first", 5);
      await eventually("five more are made", () => world.created >= REPLICAS + 1 + 5);
      await world.settled("first", REPLICAS, SETTLED_MS);

      expect(world.created).toBe(REPLICAS + 1 + 5);
      expect(world.duplicates).toEqual([]);
    });

    it("follows the scale", async () => {
      await world.scale("first", 10);
      await world.settled("first", 10, SETTLED_MS);
      await world.scale("first", 20);
      await world.settled("first", 20, SETTLED_MS);

      expect(world.duplicates).toEqual([]);
    });

    it(
      "hands over to another replica, which never doubles a pod",
      async () => {
        const [first] = replicas;
        const second = start();
        await eventually(
          "it stands by with full caches",
          async () => (await second.metric("controllerkit_informer_lists_total")) >= 2,
        );
        expect(await second.metric("leader_election_master_status")).toBe(0);
        const { created } = world;

        await first?.stop();
        await eventually(
          "the second leads",
          async () => (await second.metric("leader_election_master_status")) === 1,
          5_000,
        );
        await world.kill("first", 3);
        await eventually("three more are made", () => world.created >= created + 3);
        await world.settled("first", 20, SETTLED_MS);

        expect(await first?.ended).toBeUndefined();
        expect(world.created).toBe(created + 3);
        expect(world.duplicates).toEqual([]);
      },
      2 * SETTLED_MS,
    );

    it(
      "leaves its pods to the garbage collector",
      async () => {
        const toy = await world.toys.get({ namespace: world.namespace, name: "first" });
        if (toy !== undefined) await world.toys.delete(toy, { propagation: "Background" });

        await eventually("all pods are gone", () => world.live("first").length === 0, COLLECTED_MS);
      },
      2 * COLLECTED_MS,
    );
  });
}
