import { createPlainClient } from "@ganglion/runtime/grpc";
import { chain } from "@ganglion/wire";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { newFolder, optionsFor, type Running, runChain } from "../gen/runChain.ts";

const LIMITS = { requestsPerSecond: 0.001, burstRequests: 100, streamsPerPeer: 1, streams: 9 };
let running: Running;
let plain: ReturnType<typeof clientOf>;

function clientOf(target: string) {
  return createPlainClient(chain.ChainServiceService, { target });
}

beforeAll(async () => {
  running = await runChain(optionsFor(newFolder(), { limits: LIMITS }));
  plain = clientOf(running.chain.endpoint);
});
afterAll(async () => {
  plain.close();
  await running.stop();
});

describe("the query API's limits", () => {
  it("answers a transaction that is too large with its code, and reads no larger message", async () => {
    const { code } = await plain.call.broadcast({ transaction: new Uint8Array(64 * 1024 + 1) });
    expect(code).toBe("TX_TOO_LARGE");
    await expect(plain.call.broadcast({ transaction: new Uint8Array(1 << 20) })).rejects.toMatchObject({
      data: { status: "RESOURCE_EXHAUSTED" },
    });
  });

  it("bounds the streams of an address, and gives the place of one that ended to another", async () => {
    const first = plain.call.watchMetagraph({})[Symbol.asyncIterator]();
    await first.next();
    const second = plain.call.watchMetagraph({})[Symbol.asyncIterator]();
    await expect(second.next()).rejects.toMatchObject({
      code: "CALL_RATE_LIMITED",
      data: { status: "RESOURCE_EXHAUSTED", retryAfterMs: 1_000 },
    });
    await first.return?.();
    const deadline = performance.now() + 5_000;
    const opens = async (): Promise<boolean> => {
      const stream = plain.call.watchMetagraph({})[Symbol.asyncIterator]();
      const result = await stream.next().catch(() => undefined);
      await stream.return?.();
      return result !== undefined;
    };
    let opened = await opens();
    while (!opened && performance.now() < deadline) opened = await opens();
    expect(opened).toBe(true);
  });

  it("refuses an address that asks too often, and says when to come again", async () => {
    const askUntilRefused = async (): Promise<never> => {
      for (;;) await plain.call.getStatus({});
    };
    await expect(askUntilRefused()).rejects.toMatchObject({
      code: "CALL_RATE_LIMITED",
      data: { status: "RESOURCE_EXHAUSTED", retryAfterMs: expect.any(Number) },
    });
  });
});
