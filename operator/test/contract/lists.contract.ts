import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ApiUnderTest, ContractOptions } from "./apiUnderTest.ts";
import { inParallel } from "./eventually.ts";
import { type Fixture, openFixture } from "./fixture.ts";
import { CONFIG_MAPS, configMap } from "./widget.ts";

const OBJECTS = 10_000;
const PAGE = 500;
const SET_UP_MS = 240_000;

/** Lists in pages, of one version, however large. */
export function describeLists(connect: () => Promise<ApiUnderTest>, { canCompact }: ContractOptions): void {
  describe("lists", () => {
    let fixture: Fixture;

    beforeAll(async () => {
      fixture = await openFixture(connect, "lists");
      const { raw, namespace } = fixture;
      const names = Array.from({ length: OBJECTS }, (_, index) => `c${String(index).padStart(5, "0")}`);
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await inParallel(names, 32, (name) => raw.must(raw.post(path, configMap(namespace, name, { name }))));
    }, SET_UP_MS);
    afterAll(() => fixture.close());

    it("gives 10,000 objects in pages, each once, at one version", async () => {
      const { api, client, namespace } = fixture;
      api.traffic.reset();

      const { items, resourceVersion } = await client(CONFIG_MAPS).list({ namespace });

      const ours = items.filter(({ metadata }) => metadata.name !== "kube-root-ca.crt");
      expect(new Set(ours.map(({ metadata }) => metadata.name)).size).toBe(OBJECTS);
      expect(ours).toHaveLength(OBJECTS);
      expect(items[0]).toMatchObject({ apiVersion: "v1", kind: "ConfigMap" });
      expect(Number(resourceVersion)).toBeGreaterThan(0);
      expect(api.traffic.count("list", "configmaps")).toBe(Math.ceil(items.length / PAGE));
    });

    it("keeps the pages of a list at the version of its first", async () => {
      const { client, raw, namespace } = fixture;
      const maps = client(CONFIG_MAPS);
      const first = await maps.listPage({ namespace, limit: 10 });
      await raw.must(
        raw.post(`/api/v1/namespaces/${namespace}/configmaps`, configMap(namespace, "c00010-late")),
      );
      await raw.must(raw.delete(`/api/v1/namespaces/${namespace}/configmaps/c00012`));

      const { continueToken = "" } = first;
      const second = await maps.listPage({ namespace, limit: 10, continueToken });

      expect(second.resourceVersion).toBe(first.resourceVersion);
      const names = second.items.map(({ metadata }) => metadata.name);
      expect(names).toContain("c00012");
      expect(names).not.toContain("c00010-late");
    });

    (canCompact ? it : it.skip)("says 410 for a page whose version was compacted", async () => {
      const { api, client, namespace } = fixture;
      await api.compact();
      const token = JSON.stringify({ v: "meta.k8s.io/v1", rv: 2, start: "c00000\u0000" });
      const continueToken = Buffer.from(token).toString("base64url");

      const page = client(CONFIG_MAPS).listPage({ namespace, limit: 10, continueToken });

      await expect(page).rejects.toMatchObject({ code: "KUBE_GONE" });
    });

    it("selects by label and by field", async () => {
      const { client, raw, namespace } = fixture;
      const labelled = {
        ...configMap(namespace, "chosen"),
        metadata: { namespace, name: "chosen", labels: { a: "b" } },
      };
      await raw.must(raw.post(`/api/v1/namespaces/${namespace}/configmaps`, labelled));
      const maps = client(CONFIG_MAPS);
      const namesOf = async (selection: object): Promise<readonly string[]> =>
        (await maps.list({ namespace, ...selection })).items.map(({ metadata }) => metadata.name);

      expect(await namesOf({ labelSelector: "a=b" })).toEqual(["chosen"]);
      expect(await namesOf({ labelSelector: "a in (x,b),!c" })).toEqual(["chosen"]);
      expect(await namesOf({ labelSelector: "a=c" })).toEqual([]);
      expect(await namesOf({ fieldSelector: "metadata.name=c00003" })).toEqual(["c00003"]);
    });
  });
}
