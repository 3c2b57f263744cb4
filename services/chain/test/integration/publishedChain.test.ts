import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BusEvent } from "@ganglion/events";
import { NatsBus, type NatsOptions, natsSchema } from "@ganglion/runtime/nats";
import { bytesToHex } from "@ganglion/types";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { BUILD_MS, ensureNatsServer, NatsServer } from "../gen/natsServer.ts";
import { newFolder, optionsFor, type Running, runChain } from "../gen/runChain.ts";
import { makeTlsFiles } from "../gen/tlsFiles.ts";

const LIMIT_MS = 30_000;

let server: NatsServer;
let folder: string;
let nats: NatsOptions;
/** A chain that runs on after a failed test keeps jest from ending. */
const stopAll: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = newFolder();
  const { caFile, certFile, keyFile } = makeTlsFiles(folder);
  const config = [
    `tls { cert_file: "${certFile}", key_file: "${keyFile}", ca_file: "${caFile}", verify: true }`,
    `accounts { A { jetstream: enabled, users: [{ user: chain, password: secret }] } }`,
  ];
  server = new NatsServer(ensureNatsServer(), { config: config.join("\n") });
  await server.start();
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, "secret\n");
  nats = natsSchema.parse({
    servers: [server.url],
    user: { name: "chain", passwordFile },
    tls: { caFile, client: { certFile, keyFile } },
  });
}, BUILD_MS);
afterAll(async () => {
  for (const stop of stopAll) await stop();
  await server.remove();
  rmSync(folder, { recursive: true });
});

async function waitForHeight({ client }: Running, height: number): Promise<void> {
  for await (const block of client.blocks(height, AbortSignal.timeout(LIMIT_MS)))
    if (block.height >= height) return;
}

/** Events of a stream's blocks up to one. */
async function published(bus: NatsBus, toHeight: number): Promise<BusEvent[]> {
  const seen: BusEvent[] = [];
  for await (const event of bus.consume({ fromHeight: 0 }, AbortSignal.timeout(LIMIT_MS))) {
    if (event.height > toHeight) break;
    seen.push(event);
  }
  return seen;
}

/** The same as the node itself streams them. */
async function streamed({ client }: Running, toHeight: number): Promise<BusEvent[]> {
  const seen: BusEvent[] = [];
  for await (const { height, index, kind, json } of client.events(
    { height: 0, index: 0 },
    AbortSignal.timeout(LIMIT_MS),
  )) {
    if (height > toHeight) break;
    seen.push({ height, index, kind, json });
  }
  return seen;
}

describe("a chain that publishes over TLS with a password", () => {
  it("makes blocks while the server is dead, and publishes all of them over restarts of both", async () => {
    const dataDir = newFolder();
    const options = optionsFor(dataDir, { nats, blockIntervalMs: 20 });
    let chain = await runChain(options);
    stopAll.push(() => chain.stop());
    await waitForHeight(chain, 12);
    await server.kill();
    await waitForHeight(chain, (await chain.client.status()).height + 30);
    await chain.stop();
    chain = await runChain(options);
    await waitForHeight(chain, (await chain.client.status()).height + 10);
    await server.start();
    const { height } = await chain.client.status();
    const bus = new NatsBus({ ...nats, genesis: bytesToHex(chain.chain.genesisHash) });
    const events = await published(bus, height);
    expect(events.length).toBeGreaterThan(4);
    expect(events).toEqual(await streamed(chain, height));
    await bus.close();
    await chain.stop();
    stopAll.pop();
    rmSync(dataDir, { recursive: true });
  });

  it.each([
    ["a wrong password", { user: { name: "chain", passwordFile: "caFile" } }, "BUS_REFUSED"],
    ["no client certificate", { tls: {} }, "BUS_REFUSED"],
    ["a file that is not there", { credentialsFile: "/none/creds" }, "BUS_FILE_UNREADABLE"],
  ] as const)("is refused with %s, by a code that says so", async (_name, more, code) => {
    const caFile = nats.tls?.caFile ?? "";
    const user = "user" in more ? { user: { ...more.user, passwordFile: caFile } } : {};
    const bus = new NatsBus({ ...nats, ...more, ...user, genesis: "00".repeat(32) });
    await expect(bus.last(AbortSignal.timeout(LIMIT_MS))).rejects.toMatchObject({ code });
    await bus.close();
  });
});
