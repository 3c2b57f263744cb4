import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Informer, type KubeObject } from "../../src/controllerkit/index.ts";
import type { ApiUnderTest } from "./apiUnderTest.ts";
import { eventually } from "./eventually.ts";
import { type Fixture, openFixture } from "./fixture.ts";
import { silentLogger } from "./silentLogger.ts";
import { CONFIG_MAPS, configMap } from "./widget.ts";

const SET_UP_MS = 60_000;
/** So long that a doubt of silence, which lists one object, comes into no count of lists. */
const PATIENT_MS = 60_000;
const SILENCE_MS = 1_000;

/** A cache that equals the server, whatever happens to its connection. */
export function describeInformers(connect: () => Promise<ApiUnderTest>): void {
  describe("informers", () => {
    let fixture: Fixture;
    const path = (): string => `/api/v1/namespaces/${fixture.namespace}/configmaps`;

    beforeAll(async () => {
      fixture = await openFixture(connect, "informers");
    }, SET_UP_MS);
    afterAll(() => fixture.close());

    it("lists once, then follows", async () => {
      const { api, raw, namespace } = fixture;
      await raw.must(raw.post(path(), configMap(namespace, "before")));
      api.traffic.reset();
      await withInformer(fixture, async (informer) => {
        await raw.must(raw.post(path(), configMap(namespace, "after")));
        await eventually("it is seen", () => informer.store.get(`${namespace}/after`));

        expect(informer.store.get(`${namespace}/before`)).toBeDefined();
        expect(api.traffic.count("list", "configmaps")).toBe(1);
      });
    });

    it("misses nothing while its watch is cut again and again", async () => {
      const { api, raw, namespace } = fixture;
      await withInformer(fixture, async (informer, seen) => {
        for (let round = 0; round < 10; round++) {
          await raw.must(raw.post(path(), configMap(namespace, `cut-${round}`)));
          api.faults.cutWatches();
          await raw.must(raw.merge(`${path()}/cut-${round}`, { data: { round: String(round) } }));
        }
        await eventually(
          "the last is seen",
          () => informer.store.get(`${namespace}/cut-9`)?.data?.["round"] === "9",
        );

        for (let round = 0; round < 10; round++) {
          const versions = seen.filter((line) => line.startsWith(`cut-${round} `));
          expect(versions).toEqual([`cut-${round} added`, `cut-${round} updated`]);
        }
      });
    });

    it("lists again when its version is too old, and reports what has gone meanwhile", async () => {
      const { api, raw, namespace } = fixture;
      await raw.must(raw.post(path(), configMap(namespace, "gone")));
      await withInformer(fixture, async (informer, seen) => {
        api.traffic.reset();
        api.faults.add({ watch: true, path: /configmaps/, action: { kind: "expire" }, count: 1 });
        api.faults.cutWatches();
        await raw.must(raw.delete(`${path()}/gone`));
        await raw.must(raw.post(path(), configMap(namespace, "come")));

        await eventually("the new one is seen", () => informer.store.get(`${namespace}/come`));
        await eventually(
          "the old one is forgotten",
          () => informer.store.get(`${namespace}/gone`) === undefined,
        );
        expect(seen.filter((line) => line.startsWith("gone "))).toEqual(["gone added", "gone deleted"]);
        expect(api.traffic.count("list", "configmaps")).toBe(1);
      });
    });

    it("finds out that a watch is silent", async () => {
      const { api, raw, namespace } = fixture;
      await withInformer(
        fixture,
        async (informer) => {
          api.faults.silenceWatches();
          // The network is well again for new connections; those that are open stay silent.
          api.faults.hearNewWatches();
          await raw.must(raw.post(path(), configMap(namespace, "unheard")));

          await eventually("it is seen by a new watch", () => informer.store.get(`${namespace}/unheard`));
        },
        SILENCE_MS,
      );
    });

    it("works through refusals, each with the pause that the server asks for", async () => {
      const { api, raw, namespace } = fixture;
      const action = { kind: "status", code: 429, retryAfterSeconds: 1 } as const;
      api.faults.add({ path: /configmaps/, action, count: 2 });
      const startedMs = performance.now();

      const { items } = await fixture.client(CONFIG_MAPS).list({ namespace });

      expect(items.length).toBeGreaterThan(0);
      expect(performance.now() - startedMs).toBeGreaterThan(1_900);
      expect((await raw.get(path())).code).toBe(200);
    });
  });
}

type Held = KubeObject & { readonly data?: Readonly<Record<string, string>> };

/** Runs an informer of the fixture's configmaps while `use` works; `seen` grows by `NAME KIND` a change. */
async function withInformer(
  { client, namespace }: Fixture,
  use: (informer: Informer<Held>, seen: readonly string[]) => Promise<void>,
  silenceMs = PATIENT_MS,
): Promise<void> {
  const stop = new AbortController();
  const modules = { client: client(CONFIG_MAPS), logger: silentLogger };
  const informer = new Informer<Held>({ namespace, silenceMs }, modules);
  const seen: string[] = [];
  informer.addHandler(({ kind, key }) => seen.push(`${key.split("/")[1] ?? key} ${kind}`));
  const running = informer.run(stop.signal);
  try {
    await informer.waitForSync(stop.signal);
    await eventually("its watch is open", () => informer.silenceMs() < silenceMs);
    await use(informer, seen);
  } finally {
    stop.abort();
    await running;
  }
}
