import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { KubeObject, Manifest } from "../../src/controllerkit/index.ts";
import type { ApiUnderTest } from "./apiUnderTest.ts";
import { eventually } from "./eventually.ts";
import { type Fixture, openFixture } from "./fixture.ts";
import { CONFIG_MAPS, configMap, type Widget, widgetManifest, widgetType } from "./widget.ts";

const SET_UP_MS = 60_000;
const COLLECTED_MS = 60_000;

/** Finalizers, owners, garbage collection. */
export function describeDeletion(connect: () => Promise<ApiUnderTest>): void {
  describe("deletion", () => {
    let fixture: Fixture;

    beforeAll(async () => {
      fixture = await openFixture(connect, "deletion");
    }, SET_UP_MS);
    afterAll(() => fixture.close());

    it("waits for finalizers", async () => {
      const { client, namespace } = fixture;
      const maps = client(CONFIG_MAPS);
      const plain = configMap(namespace, "held");
      const held = await maps.create({
        ...plain,
        metadata: { ...plain.metadata, finalizers: ["contract.ganglion.dev/hold"] },
      });
      expect(await maps.delete(held)).toBe(true);
      const marked = await maps.get(held.metadata);
      expect(marked?.metadata.deletionTimestamp).toBeDefined();

      await maps.patch(marked ?? held, { metadata: { finalizers: null } });

      expect(await maps.get(held.metadata)).toBeUndefined();
    });

    it("takes no new finalizer once deletion was asked for", async () => {
      const { client, namespace } = fixture;
      const maps = client(CONFIG_MAPS);
      const plain = configMap(namespace, "late");
      const finalizers = ["contract.ganglion.dev/hold"];
      const held = await maps.create({ ...plain, metadata: { ...plain.metadata, finalizers } });
      await maps.delete(held);
      const marked = (await maps.get(held.metadata)) ?? held;

      const added = maps.patch(marked, {
        metadata: { finalizers: [...finalizers, "contract.ganglion.dev/late"] },
      });

      await expect(added).rejects.toMatchObject({ code: "KUBE_INVALID" });
      await maps.patch(marked, { metadata: { finalizers: null } });
    });

    it(
      "collects what an object that is gone has owned",
      async () => {
        const { client, namespace } = fixture;
        const owner = await client(widgetType).create(widgetManifest(namespace, "owner"));
        const other = await client(widgetType).create(widgetManifest(namespace, "other"));
        const maps = client(CONFIG_MAPS);
        const owned = await maps.create(ownedMap(namespace, "owned", owner));
        const shared = await maps.create(ownedMap(namespace, "shared", owner, other));
        const free = await maps.create(configMap(namespace, "free"));

        await client(widgetType).delete(owner, { propagation: "Background" });

        await eventually(
          "the owned one is gone",
          async () => (await maps.get(owned.metadata)) === undefined,
          COLLECTED_MS,
        );
        const left = await eventually(
          "the shared one has one owner left",
          async () => {
            const object = await maps.get(shared.metadata);
            return object?.metadata.ownerReferences?.length === 1 && object;
          },
          COLLECTED_MS,
        );
        expect(left.metadata.ownerReferences).toMatchObject([{ uid: other.metadata.uid }]);
        expect(await maps.get(free.metadata)).toBeDefined();
      },
      2 * COLLECTED_MS,
    );

    it(
      "collects an object whose owner is gone already",
      async () => {
        const { client, namespace } = fixture;
        const owner = await client(widgetType).create(widgetManifest(namespace, "former"));
        await client(widgetType).delete(owner);

        const orphan = await client(CONFIG_MAPS).create(ownedMap(namespace, "orphan", owner));

        const isGone = async (): Promise<boolean> =>
          (await client(CONFIG_MAPS).get(orphan.metadata)) === undefined;
        await eventually("it is gone", isGone, COLLECTED_MS);
      },
      2 * COLLECTED_MS,
    );

    it(
      "ends owned objects first when asked to",
      async () => {
        const { client, namespace } = fixture;
        const owner = await client(widgetType).create(widgetManifest(namespace, "last"));
        const maps = client(CONFIG_MAPS);
        const plain = ownedMap(namespace, "first", owner);
        const finalizers = ["contract.ganglion.dev/hold"];
        const owned = await maps.create({ ...plain, metadata: { ...plain.metadata, finalizers } });

        await client(widgetType).delete(owner, { propagation: "Foreground" });

        const marked = await eventually(
          "the owned one is being deleted",
          async () => {
            const object = await maps.get(owned.metadata);
            return object?.metadata.deletionTimestamp !== undefined && object;
          },
          COLLECTED_MS,
        );
        expect(await client(widgetType).get(owner.metadata)).toBeDefined();
        await maps.patch(marked, { metadata: { finalizers: null } });
        const isGone = async (): Promise<boolean> =>
          (await client(widgetType).get(owner.metadata)) === undefined;
        await eventually("the owner is gone", isGone, COLLECTED_MS);
      },
      3 * COLLECTED_MS,
    );

    it(
      "leaves owned objects alone when asked to",
      async () => {
        const { client, namespace } = fixture;
        const owner = await client(widgetType).create(widgetManifest(namespace, "parted"));
        const maps = client(CONFIG_MAPS);
        const owned = await maps.create(ownedMap(namespace, "left", owner));

        await client(widgetType).delete(owner, { propagation: "Orphan" });

        const isGone = async (): Promise<boolean> =>
          (await client(widgetType).get(owner.metadata)) === undefined;
        await eventually("the owner is gone", isGone, COLLECTED_MS);
        expect((await maps.get(owned.metadata))?.metadata.ownerReferences ?? []).toEqual([]);
      },
      2 * COLLECTED_MS,
    );
  });
}

function ownedMap(namespace: string, name: string, ...owners: readonly (KubeObject & Widget)[]): Manifest {
  const ownerReferences = owners.map(({ apiVersion, kind, metadata }, index) => ({
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: index === 0,
    blockOwnerDeletion: true,
  }));
  const plain = configMap(namespace, name);
  return { ...plain, metadata: { namespace, name, ownerReferences } };
}
