import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { decodeWatchEvent } from "../../src/controllerkit/index.ts";
import type { ApiUnderTest, ContractOptions } from "./apiUnderTest.ts";
import { type Fixture, openFixture } from "./fixture.ts";
import { CONFIG_MAPS, configMap } from "./widget.ts";

const SET_UP_MS = 60_000;

/** Watches: in order, from a version, with bookmarks, until they time out or are too old. */
export function describeWatches(connect: () => Promise<ApiUnderTest>, { canCompact }: ContractOptions): void {
  describe("watches", () => {
    let fixture: Fixture;
    const path = (): string => `/api/v1/namespaces/${fixture.namespace}/configmaps`;

    beforeAll(async () => {
      fixture = await openFixture(connect, "watches");
    }, SET_UP_MS);
    afterAll(() => fixture.close());

    it("gives each change after the list's version, in order, then ends by its timeout", async () => {
      const { client, raw, namespace } = fixture;
      const { resourceVersion } = await client(CONFIG_MAPS).list({ namespace });
      await raw.must(raw.post(path(), configMap(namespace, "a")));
      await raw.must(raw.merge(`${path()}/a`, { data: { x: "1" } }));
      await raw.must(raw.delete(`${path()}/a`));

      const seen = await watchToEnd(fixture, { resourceVersion, timeoutSeconds: 3 });

      const steps = seen.filter((line) => line.startsWith("a "));
      expect(steps).toEqual(["a upsert", "a upsert", "a remove"]);
    });

    it("tells when an object comes into a selection and goes out of it", async () => {
      const { client, raw, namespace } = fixture;
      const { resourceVersion } = await client(CONFIG_MAPS).list({ namespace });
      await raw.must(raw.post(path(), configMap(namespace, "b")));
      await raw.must(raw.merge(`${path()}/b`, { metadata: { labels: { in: "yes" } } }));
      await raw.must(raw.merge(`${path()}/b`, { metadata: { labels: { in: null } } }));

      const seen = await watchToEnd(fixture, { resourceVersion, timeoutSeconds: 3, labelSelector: "in=yes" });

      expect(seen.filter((line) => line.startsWith("b "))).toEqual(["b upsert", "b remove"]);
    });

    it("tells by bookmarks how far it is, past all that is not selected", async () => {
      const { client, raw, namespace } = fixture;
      const { resourceVersion } = await client(CONFIG_MAPS).list({ namespace });
      const query = { resourceVersion, timeoutSeconds: 5, labelSelector: "no=such" };
      const seen = new Set<string>();
      // A real server means to send one two seconds before the end, and when it is busy comes too late.
      for (let tries = 0; tries < 6 && seen.size === 0; tries++) {
        // It sends none that says no more than the watch began with: something has to happen after that.
        const pass = () => raw.must(raw.post(path(), configMap(namespace, `passed-${tries}`)));
        for (const line of await watchToEnd(fixture, query, pass)) seen.add(line);
      }

      expect(seen).toEqual(new Set(["bookmark"]));
    });

    (canCompact ? it : it.skip)("answers a version that is too old by 410", async () => {
      const { api, client, raw, namespace } = fixture;
      await raw.must(raw.post(path(), configMap(namespace, "c")));
      await api.compact();

      const watching = watchToEnd(fixture, { resourceVersion: "1", timeoutSeconds: 5 });

      await expect(watching).rejects.toMatchObject({ code: "KUBE_GONE" });
      expect((await client(CONFIG_MAPS).list({ namespace })).items.length).toBeGreaterThan(0);
    });

    it("takes a watch from a version still to come, says nothing on it, and lists what is the newest", async () => {
      const { client, raw, namespace } = fixture;
      const { resourceVersion } = await client(CONFIG_MAPS).list({ namespace });
      const future = String(Number(resourceVersion) + 1_000_000);
      const happens = () => raw.must(raw.post(path(), configMap(namespace, "unseen")));

      const seen = await watchToEnd(fixture, { resourceVersion: future, timeoutSeconds: 3 }, happens);
      const newest = await client(CONFIG_MAPS).listPage({ namespace, limit: 1 });

      expect(seen).toEqual([]);
      expect(Number(newest.resourceVersion)).toBeGreaterThan(Number(resourceVersion));
      expect(Number(newest.resourceVersion)).toBeLessThan(Number(future));
    });

    it("streams the present state first when asked, and says where it ends", async () => {
      const { raw, namespace } = fixture;
      await raw.must(raw.post(path(), configMap(namespace, "d")));
      const query =
        "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=2";

      const lines = await raw.lines(`${path()}?${query}&fieldSelector=metadata.name=d`);

      expect(lines[0]).toMatchObject({
        type: "ADDED",
        object: { kind: "ConfigMap", metadata: { name: "d" } },
      });
      const annotations = { "k8s.io/initial-events-end": "true" };
      expect(lines[1]).toMatchObject({ type: "BOOKMARK", object: { metadata: { annotations } } });
    });
  });
}

type Query = {
  readonly resourceVersion: string;
  readonly timeoutSeconds: number;
  readonly labelSelector?: string;
};

/** `NAME upsert`, `NAME remove`, `bookmark`, one each event. */
async function watchToEnd(
  { client, namespace }: Fixture,
  query: Query,
  opened: () => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const stream = await client(CONFIG_MAPS).watch({ namespace, ...query });
  const seen: string[] = [];
  try {
    await opened();
    for (let batch = await stream.batches.next(); !batch.done; batch = await stream.batches.next()) {
      const events = batch.value.map((line) => decodeWatchEvent(line, CONFIG_MAPS));
      for (const event of events)
        seen.push(event.kind === "bookmark" ? "bookmark" : `${event.object.metadata.name} ${event.kind}`);
    }
  } finally {
    stream.close();
  }
  return seen;
}
