import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { isJsonArray, isJsonObject, type JsonObject, objectAt, textAt } from "../fakeApiServer/json.ts";
import type { ApiUnderTest } from "./apiUnderTest.ts";
import { FIELD_MANAGER, type Fixture, openFixture } from "./fixture.ts";
import { CONFIG_MAPS, configMap, widgetManifest, widgetsPath, widgetType } from "./widget.ts";

const SET_UP_MS = 60_000;

/** Creation, preconditions, server-side apply, status and scale. */
export function describeWrites(connect: () => Promise<ApiUnderTest>): void {
  describe("writes", () => {
    let fixture: Fixture;
    const maps = (): string => `/api/v1/namespaces/${fixture.namespace}/configmaps`;

    beforeAll(async () => {
      fixture = await openFixture(connect, "writes");
    }, SET_UP_MS);
    afterAll(() => fixture.close());

    it("creates by name once", async () => {
      const { client, namespace } = fixture;
      const created = await client(CONFIG_MAPS).create(configMap(namespace, "once", { a: "1" }));
      const again = client(CONFIG_MAPS).create(configMap(namespace, "once", { a: "2" }));

      await expect(again).rejects.toMatchObject({ code: "KUBE_ALREADY_EXISTS" });
      expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(await client(CONFIG_MAPS).get(created.metadata)).toMatchObject({ data: { a: "1" } });
    });

    it("refuses a patch of an object that has changed since it was read", async () => {
      const { client, namespace } = fixture;
      const read = await client(CONFIG_MAPS).create(configMap(namespace, "raced"));
      await client(CONFIG_MAPS).patch(read, { data: { first: "1" } });
      const stale = client(CONFIG_MAPS).patch(read, { data: { second: "2" } });

      await expect(stale).rejects.toMatchObject({ code: "KUBE_CONFLICT" });
      expect((await client(CONFIG_MAPS).get(read.metadata))?.data).toEqual({ first: "1" });
    });

    it("refuses to delete an object that was replaced by one of the same name", async () => {
      const { client, namespace } = fixture;
      const first = await client(CONFIG_MAPS).create(configMap(namespace, "twin"));
      expect(await client(CONFIG_MAPS).delete(first)).toBe(true);
      const second = await client(CONFIG_MAPS).create(configMap(namespace, "twin"));

      await expect(client(CONFIG_MAPS).delete(first)).rejects.toMatchObject({ code: "KUBE_CONFLICT" });
      expect((await client(CONFIG_MAPS).get(second.metadata))?.metadata.uid).toBe(second.metadata.uid);
      expect(await client(CONFIG_MAPS).delete(second)).toBe(true);
      expect(await client(CONFIG_MAPS).delete(second)).toBe(false);
    });

    it("answers errors with a Status", async () => {
      const { raw, namespace } = fixture;
      const missing = await raw.get(`${maps()}/missing`);
      const invalid = await raw.post(maps(), configMap(namespace, "Not_A_Name"));

      expect(missing).toMatchObject({ code: 404, body: { kind: "Status", reason: "NotFound", code: 404 } });
      expect(missing.body).toMatchObject({
        message: 'configmaps "missing" not found',
        details: { name: "missing" },
      });
      expect(invalid).toMatchObject({ code: 422, body: { reason: "Invalid" } });
    });

    it("names objects by generateName", async () => {
      const { raw } = fixture;
      const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "gen-" } };
      const created = await raw.must(raw.post(maps(), body));

      expect(textAt(created["metadata"], "name")).toMatch(/^gen-[a-z0-9]{5}$/);
    });

    it("insists on six digits in times of leases", async () => {
      const { raw, namespace } = fixture;
      const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
      const lease = (name: string, renewTime: string): JsonObject => ({
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { namespace, name },
        spec: { holderIdentity: "x", leaseDurationSeconds: 15, renewTime },
      });

      expect((await raw.post(path, lease("short", "2026-01-01T00:00:00.000Z"))).code).toBe(400);
      expect((await raw.post(path, lease("exact", "2026-01-01T00:00:00.000000Z"))).code).toBe(201);
    });

    it("applies: another manager's field is a conflict, unless forced", async () => {
      const { raw, namespace } = fixture;
      const path = `${maps()}/applied`;
      const first = await raw.apply(path, "one", configMap(namespace, "applied", { mine: "1", shared: "1" }));
      const refused = await raw.apply(path, "two", configMap(namespace, "applied", { shared: "2" }));
      const forced = await raw.apply(path, "two", configMap(namespace, "applied", { shared: "2" }), true);

      expect(first.code).toBe(201);
      expect(refused).toMatchObject({ code: 409, body: { reason: "Conflict" } });
      const cause = {
        reason: "FieldManagerConflict",
        field: ".data.shared",
        message: 'conflict with "one"',
      };
      expect(refused.body).toMatchObject({
        message: 'Apply failed with 1 conflict: conflict with "one": .data.shared',
        details: { causes: [cause] },
      });
      expect(forced).toMatchObject({ code: 200, body: { data: { mine: "1", shared: "2" } } });
    });

    it("applies: what was written without applying is a conflict too", async () => {
      const { client, raw, namespace } = fixture;
      await client(CONFIG_MAPS).create(configMap(namespace, "written", { a: "1" }));
      const refused = await raw.apply(
        `${maps()}/written`,
        "two",
        configMap(namespace, "written", { a: "2" }),
      );

      expect(refused.code).toBe(409);
      expect(textAt(refused.body, "message")).toBe(
        'Apply failed with 1 conflict: conflict with "contract" using v1: .data.a',
      );
    });

    it("removes what a manager applies no more, but not what another owns", async () => {
      const { raw, namespace } = fixture;
      const path = `${maps()}/shrunk`;
      await raw.must(
        raw.apply(path, "one", configMap(namespace, "shrunk", { gone: "1", both: "1", kept: "1" })),
      );
      await raw.must(raw.apply(path, "two", configMap(namespace, "shrunk", { both: "1" })));
      const shrunk = await raw.apply(path, "one", configMap(namespace, "shrunk", { kept: "1" }));

      expect(shrunk.body["data"]).toEqual({ both: "1", kept: "1" });
      expect(ownersOf(shrunk.body)).toEqual({ one: { "f:kept": {} }, two: { "f:both": {} } });
    });

    it("writes nothing when an apply changes nothing", async () => {
      const { client, namespace } = fixture;
      const manifest = configMap(namespace, "same", { a: "1" });
      const created = await client(CONFIG_MAPS).create(manifest);
      const first = await client(CONFIG_MAPS).apply(created, manifest);
      const second = await client(CONFIG_MAPS).apply(first, manifest);

      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    });

    it("refuses an apply to an object that has changed since it was read, or is another one, or gone", async () => {
      const { client, namespace } = fixture;
      const maps = client(CONFIG_MAPS);
      const manifest = (a: string) => configMap(namespace, "pinned", { a });
      const read = await maps.create(manifest("1"));
      const changed = await maps.apply(read, manifest("2"));
      const conflict = { code: "KUBE_CONFLICT" };

      await expect(maps.apply(read, manifest("3"))).rejects.toMatchObject(conflict);
      expect((await maps.get(read.metadata))?.data).toEqual({ a: "2" });
      await maps.delete(changed);
      await expect(maps.apply(changed, manifest("4"))).rejects.toMatchObject(conflict);
      expect(await maps.get(read.metadata)).toBeUndefined();
      const namesake = await maps.create(manifest("5"));
      await expect(maps.apply(changed, manifest("6"))).rejects.toMatchObject(conflict);
      expect((await maps.get(namesake.metadata))?.data).toEqual({ a: "5" });
    });

    it("keeps what was created and is applied no more, and removes what was applied", async () => {
      const { client, namespace } = fixture;
      const created = await client(CONFIG_MAPS).create(configMap(namespace, "dropped", { created: "1" }));
      const both = configMap(namespace, "dropped", { applied: "1" });
      const applied = await client(CONFIG_MAPS).apply(created, both);
      const less = await client(CONFIG_MAPS).apply(applied, configMap(namespace, "dropped", {}));

      expect(applied.data).toEqual({ created: "1", applied: "1" });
      expect(less.data).toEqual({ created: "1" });
    });

    it("merges lists of conditions by type, each with its own manager", async () => {
      const { raw, client, namespace } = fixture;
      await client(widgetType).create(widgetManifest(namespace, "conditions"));
      const status = (type: string): JsonObject => ({
        ...widgetManifest(namespace, "conditions"),
        spec: undefined,
        status: { conditions: [{ type, status: "True" }] },
      });
      const path = `${widgetsPath(namespace)}/conditions/status`;
      await raw.must(raw.apply(path, "one", status("Ready")));
      const both = await raw.must(raw.apply(path, "two", status("Synced")));

      const conditions = objectAt(both, "status")["conditions"];
      const types = isJsonArray(conditions) ? conditions.map((each) => textAt(each, "type")) : [];
      expect(types).toEqual(["Ready", "Synced"]);
    });

    it("keeps status and the rest apart, and counts generations of the rest", async () => {
      const { client, namespace } = fixture;
      const widgets = client(widgetType);
      const manifest = { ...widgetManifest(namespace, "halves", { replicas: 1 }), status: { replicas: 9 } };
      const created = await widgets.create(manifest);
      const withStatus = await widgets.patchStatus(created, { replicas: 2, selector: "a=b" });
      const changed = await widgets.patch(withStatus, { spec: { replicas: 3 }, status: { replicas: 7 } });

      expect(created.status).toBeUndefined();
      expect(withStatus).toMatchObject({
        metadata: { generation: 1 },
        spec: { replicas: 1 },
        status: { replicas: 2 },
      });
      expect(changed).toMatchObject({
        metadata: { generation: 2 },
        spec: { replicas: 3 },
        status: { replicas: 2 },
      });
    });

    it("offers scale", async () => {
      const { client, namespace } = fixture;
      const widgets = client(widgetType);
      const created = await widgets.create(widgetManifest(namespace, "scaled", { replicas: 1 }));
      const ready = await widgets.patchStatus(created, { replicas: 1, selector: "a=b" });
      const scale = await widgets.getScale(created.metadata);
      const scaled = await widgets.patchScale(ready, 5);

      expect(scale).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 1, selector: "a=b" } });
      expect(scaled.spec.replicas).toBe(5);
      expect((await widgets.get(created.metadata))?.spec?.replicas).toBe(5);
      await expect(widgets.patchScale(ready, 6)).rejects.toMatchObject({ code: "KUBE_CONFLICT" });
    });

    it("notes who created an object", async () => {
      const { client, raw, namespace } = fixture;
      await client(CONFIG_MAPS).create(configMap(namespace, "owned", { a: "1" }));

      const { body } = await raw.get(`${maps()}/owned`);

      expect(Object.keys(ownersOf(body))).toEqual([FIELD_MANAGER]);
    });
  });
}

/** The fields of `data` by manager. */
function ownersOf(object: JsonObject): Record<string, JsonObject> {
  const entries = objectAt(object, "metadata")["managedFields"];
  const owners: Record<string, JsonObject> = {};
  for (const entry of isJsonArray(entries) ? entries.filter(isJsonObject) : []) {
    const { ".": _, ...fields } = objectAt(objectAt(entry, "fieldsV1"), "f:data");
    owners[textAt(entry, "manager") ?? ""] = fields;
  }
  return owners;
}
