import { chain } from "@ganglion/wire";
import { afterEach, describe, expect, it } from "@jest/globals";
import { createChainClient } from "../../src/index.ts";
import { type FakeNode, genesisOf, logger, runFakeNode } from "../gen/fakeNode.ts";

const OURS = 1;
const OTHER = 2;
const NOBODY = "127.0.0.1:1";
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function node(...args: Parameters<typeof runFakeNode>): Promise<FakeNode> {
  const running = await runFakeNode(...args);
  closers.push(running.stop);
  return running;
}

function clientOf(...endpoints: string[]) {
  const genesisHash = genesisOf(OURS);
  const client = createChainClient({ endpoints, genesisHash, patienceMs: 2_000 }, { logger });
  closers.push(client.close);
  return client;
}

const blocks = (...heights: number[]) =>
  async function* () {
    for (const height of heights)
      yield { block: chain.Block.fromPartial({ height, hash: genesisOf(height) }) };
  };

describe("a client of several endpoints", () => {
  it("passes over a node of another ledger, wherever it stands in the list", async () => {
    const [other, ours] = [await node(OTHER), await node(OURS)];
    for (const endpoints of [
      [other.endpoint, ours.endpoint],
      [NOBODY, other.endpoint, ours.endpoint],
      [other.endpoint, NOBODY, ours.endpoint],
    ])
      expect((await clientOf(...endpoints).status()).chainId).toBe(`c${OURS}`);
  });

  it("passes over it for streams too", async () => {
    const other = await node(OTHER, { streamBlocks: blocks(7) });
    const ours = await node(OURS, { streamBlocks: blocks(1, 2) });
    const heights: number[] = [];
    const stop = new AbortController();
    for await (const { height } of clientOf(other.endpoint, ours.endpoint).blocks(1, stop.signal))
      if (heights.push(height) === 2) break;
    expect(heights).toEqual([1, 2]);
  });

  it("names every node when all follow another ledger, again on the next call", async () => {
    const [a, b] = [await node(OTHER), await node(OTHER)];
    const client = clientOf(a.endpoint, b.endpoint);
    for (let call = 0; call < 2; call++)
      await expect(client.status()).rejects.toMatchObject({
        code: "CLIENT_OTHER_CHAIN",
        message: expect.stringContaining(`${a.endpoint}, ${b.endpoint}`),
      });
  });

  it("says which nodes follow another ledger when the others do not answer", async () => {
    const other = await node(OTHER);
    await expect(clientOf(other.endpoint, NOBODY).status()).rejects.toMatchObject({
      code: "CLIENT_UNAVAILABLE",
      message: expect.stringContaining(`(${other.endpoint} follow another ledger)`),
    });
  });

  it("checks a node again after it failed: another may have its address", async () => {
    const first = await node(OURS);
    const client = clientOf(first.endpoint);
    await client.status();
    await first.stop();
    await node(OTHER, {}, Number(first.endpoint.split(":")[1]));
    await expect(client.status()).rejects.toMatchObject({ code: "CLIENT_OTHER_CHAIN" });
  });

  it("returns to a node that has come back to its ledger", async () => {
    const other = await node(OTHER);
    const client = clientOf(other.endpoint);
    await expect(client.status()).rejects.toMatchObject({ code: "CLIENT_OTHER_CHAIN" });
    await other.stop();
    await node(OURS, {}, Number(other.endpoint.split(":")[1]));
    expect((await client.status()).chainId).toBe(`c${OURS}`);
  });
});
