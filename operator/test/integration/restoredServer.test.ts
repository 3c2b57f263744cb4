import { afterEach, describe, expect, it } from "@jest/globals";
import { createTransport, Informer, ResourceClient } from "../../src/controllerkit/index.ts";
import { plainAccess } from "../contract/apiUnderTest.ts";
import { eventually } from "../contract/eventually.ts";
import { silentLogger } from "../contract/silentLogger.ts";
import { CONFIG_MAPS, configMap } from "../contract/widget.ts";
import { FakeApiServer } from "../fakeApiServer/fakeApiServer.ts";

const SILENCE_MS = 300;
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start() {
  const server = await FakeApiServer.start();
  const transport = createTransport(plainAccess(server.url));
  const client = new ResourceClient(CONFIG_MAPS, { transport, fieldManager: "test" });
  const informer = new Informer({ silenceMs: SILENCE_MS }, { client, logger: silentLogger });
  const stop = new AbortController();
  const ended = informer.run(stop.signal);
  cleanups.push(
    () => server.close(),
    () => transport.close(),
    () => ended,
    () => stop.abort(),
  );
  await informer.waitForSync(stop.signal);
  return { server, client, informer };
}

describe("a server that was restored to an older state", () => {
  it("is followed again: what came after is forgotten, what is new is seen", async () => {
    const { server, client, informer } = await start();
    const names = (): readonly string[] => informer.store.list().map(({ metadata }) => metadata.name);
    await client.create(configMap("default", "old"));
    const backup = server.store.version;
    for (let count = 0; count < 20; count++) await client.create(configMap("default", `lost-${count}`));
    await eventually("all are seen", () => names().length === 21);

    await server.rewind(backup);
    await eventually("it answers", () => client.create(configMap("default", "new")).catch(() => undefined));

    await eventually("the new one is seen", () => names().includes("new"));
    expect([...names()].sort()).toEqual(["new", "old"]);
  });
});
