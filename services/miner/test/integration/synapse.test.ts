import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifySignature } from "@ganglion/keys";
import { NETWORK_DIM } from "@ganglion/params";
import { domainTag, errorCode, GanglionError } from "@ganglion/types";
import { decodeFloat16, synapse } from "@ganglion/wire";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { textBytes } from "../gen/pluginHost.ts";
import {
  clientOf,
  constantModel,
  genesisHash,
  minerSigner,
  otherValidatorSigner,
  serveModel,
  strangerSigner,
} from "../gen/synapseServer.ts";

const ask = (texts: readonly string[], positions: number[] = []): synapse.ForwardRequest => ({
  contexts: texts.map((text) => ({ text: textBytes(text), positions })),
});

describe("the synapse service of a miner", () => {
  let folder = "";
  const open: { close: () => Promise<void> | void }[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ganglion-miner-"));
  });
  afterEach(async () => {
    for (const each of open.splice(0).toReversed()) await each.close();
    await rm(folder, { recursive: true });
  });

  async function start(
    ...[model, limits]: [Parameters<typeof serveModel>[0], Parameters<typeof serveModel>[2]?]
  ) {
    const server = await serveModel(model, folder, limits);
    const client = clientOf(server.port);
    open.push(server, client);
    return { server, call: client.call };
  }

  it("answers rows by contexts, then positions", async () => {
    const { call } = await start(constantModel(2));
    const answer = await call.forward(ask(["abc", "defg"], [0, 2]), { timeoutMs: 5_000 });
    expect([answer.rows, answer.networkDim]).toEqual([4, NETWORK_DIM]);
    const rows = decodeFloat16(answer.representations, { rows: 4, dim: NETWORK_DIM });
    expect(rows.every((value) => value === 2)).toBe(true);
    expect(answer.modelDigest).toEqual(new Uint8Array(32).fill(2));
  });

  it("answers one row for LAST", async () => {
    const { call } = await start(constantModel(2));
    expect((await call.forward(ask(["abc"]), { timeoutMs: 5_000 })).rows).toBe(1);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e30])("never sends a model's %p", async (value) => {
    const { call } = await start(constantModel(value));
    await expect(call.forward(ask(["abc"]), { timeoutMs: 5_000 })).rejects.toMatchObject({
      code: "MINER_BAD_MODEL",
    });
  });

  it("refuses malformed requests with what is wrong", async () => {
    const { call } = await start(constantModel(2));
    const options = { timeoutMs: 5_000 };
    const code = (request: Promise<unknown>): Promise<unknown> => request.then(() => "OK", errorCode);
    expect(await code(call.forward({ contexts: [] }, options))).toBe("WIRE_BAD_REQUEST");
    expect(await code(call.forward(ask(["abc"], [3]), options))).toBe("WIRE_BAD_REQUEST");
    expect(await code(call.forward(ask(["x".repeat(1_025)]), options))).toBe("WIRE_BAD_REQUEST");
    const feedback = { contextIds: [new Uint8Array(32)], gradients: new Uint8Array(2) };
    expect(await code(call.feedback(feedback, options))).toBe("WIRE_TENSOR_SHAPE");
  });

  it("refuses callers without permit or stake", async () => {
    const { server } = await start(constantModel(2));
    const stranger = clientOf(server.port, strangerSigner);
    open.push(stranger);
    await expect(stranger.call.forward(ask(["abc"]), { timeoutMs: 5_000 })).rejects.toMatchObject({
      code: "CALL_NOT_ALLOWED",
    });
    expect(await server.register.metrics()).toContain('code="CALL_NOT_ALLOWED"} 1');
  });

  it("counts feedback that is well formed", async () => {
    const { call, server } = await start(constantModel(2));
    const gradients = new Uint8Array(2 * NETWORK_DIM * 2);
    const contextIds = [new Uint8Array(32), new Uint8Array(32)];
    expect(await call.feedback({ contextIds, gradients }, { timeoutMs: 5_000 })).toEqual({ accepted: 2 });
    expect(await server.register.metrics()).toContain('feedback_gradients_total{identity="test"} 2');
  });

  it("streams no more than was asked, and frees the stream", async () => {
    const { call } = await start(constantModel(7), { generateStreams: 1 });
    for (const maxBytes of [5, 3]) {
      const request = { prompt: textBytes("abc"), maxBytes, temperature: 0, seed: 0n };
      const sizes: number[] = [];
      for await (const { text } of call.generate(request, { timeoutMs: 5_000 })) sizes.push(text.length);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(maxBytes);
    }
  });

  it("gives one caller a quarter of the streams, and ends each when its time is up", async () => {
    const endless = constantModel(7, {
      async *generate(_prompt, _options, signal) {
        yield Uint8Array.of(7);
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
    });
    const { call, server } = await start(endless, { generateStreams: 4, generateMs: 1_500 });
    const other = clientOf(server.port, otherValidatorSigner);
    open.push(other);
    const request = { prompt: textBytes("abc"), maxBytes: 9, temperature: 0, seed: 0n };
    const begin = (caller: typeof call) =>
      caller.generate(request, { timeoutMs: 60_000 })[Symbol.asyncIterator]();
    const held = begin(call);
    expect((await held.next()).done).toBe(false);
    expect(await begin(call).next().catch(errorCode)).toBe("CALL_OVERLOADED");
    expect(await begin(other.call).next()).toMatchObject({ done: false });
    expect(await held.next().catch(errorCode)).toBe("CALL_STREAM_TOO_LONG");
    expect(await begin(call).next()).toMatchObject({ done: false });
  });

  it("signs its card over tag, genesis hash and card", async () => {
    const { call } = await start(constantModel(2));
    const { card, signature } = await call.describe({}, { timeoutMs: 5_000 });
    const signed = Buffer.concat([domainTag("modelCard"), genesisHash, card]);
    expect(verifySignature(minerSigner.publicKey, signed, signature)).toBe(true);
    expect(synapse.ModelCard.decode(card)).toMatchObject({
      name: "constant",
      plugin: "test",
      parameterCount: 1n,
    });
  });

  it("says that it has no model yet, with a hint", async () => {
    const { call } = await start(constantModel(2, { describe: () => undefined }));
    await expect(call.forward(ask(["abc"]), { timeoutMs: 5_000 })).rejects.toMatchObject({
      code: "MINER_NO_MODEL",
      data: { retryAfterMs: 2_000 },
    });
  });

  it("survives 200 requests at once: each is answered or refused with a code and a hint", async () => {
    const slow = constantModel(2);
    const forward: typeof slow.forward = async (contexts) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return slow.forward(contexts);
    };
    const { call } = await start(constantModel(2, { forward }), { queuedContexts: 256 });
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, () =>
        call.forward(ask(Array.from({ length: 16 }, () => "some text")), { timeoutMs: 20_000 }),
      ),
    );
    const refused = results.flatMap((result): unknown[] =>
      result.status === "rejected" ? [result.reason] : [],
    );
    expect(refused.length).toBeLessThan(200);
    for (const reason of refused) {
      expect(reason).toBeInstanceOf(GanglionError);
      expect([
        "MINER_QUEUE_FULL",
        "MINER_CALLER_QUEUE_FULL",
        "MINER_WAIT_TOO_LONG",
        "CALL_OVERLOADED",
      ]).toContain(errorCode(reason));
    }
    const after = await call.forward(ask(["abc"]), { timeoutMs: 5_000 });
    expect(after.rows).toBe(1);
  });

  it("finishes what is in flight when it stops, and refuses what comes later", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const base = constantModel(2);
    let begun = (): void => undefined;
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const forward: typeof base.forward = async (contexts) => {
      begun();
      await held;
      return base.forward(contexts);
    };
    const { call, server } = await start(constantModel(2, { forward }));
    const inFlight = call.forward(ask(["abc"]), { timeoutMs: 5_000 });
    await started;
    const drained: Promise<void> = server.drain(5_000);
    await expect(call.forward(ask(["late"]), { timeoutMs: 5_000 })).rejects.toMatchObject({
      code: "CALL_OVERLOADED",
    });
    release();
    await drained;
    expect((await inFlight).rows).toBe(1);
  });
});
