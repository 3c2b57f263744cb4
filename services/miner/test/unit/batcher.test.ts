import { NETWORK_DIM } from "@ganglion/params";
import { Registry } from "@ganglion/runtime/metrics";
import { errorCode } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { Batcher, type BatcherOptions } from "../../src/io/batcher.ts";
import { createMinerMetrics } from "../../src/metrics.ts";
import type { Model, ModelContext } from "../../src/plugin.ts";
import { textBytes } from "../gen/pluginHost.ts";

const options: BatcherOptions = {
  batchContexts: 4,
  batchDelayMs: 1,
  queuedContexts: 1_000,
  queuedPerCaller: 500,
  waitMs: 60_000,
};
const signal = new AbortController().signal;
const call = { deadlineInMs: undefined, signal };

/** Answers each position with rows full of the byte there. */
function echoModel(change: Partial<Model> = {}): Model & { readonly batches: (readonly ModelContext[])[] } {
  const batches: (readonly ModelContext[])[] = [];
  return {
    batches,
    describe: () => undefined,
    waitingFor: () => undefined,
    forward: (contexts) => {
      batches.push(contexts);
      const bytes = contexts.flatMap(({ text, positions }) => positions.map((at) => text[at] ?? 0));
      const rows = new Float32Array(bytes.length * NETWORK_DIM);
      for (const [i, byte] of bytes.entries()) rows.fill(byte, i * NETWORK_DIM, (i + 1) * NETWORK_DIM);
      return Promise.resolve({ rows, modelDigest: Uint8Array.of(1) });
    },
    async *generate() {
      yield Uint8Array.of(1);
    },
    close: () => Promise.resolve(),
    ...change,
  };
}

function batcherOf(model: Model, change: Partial<BatcherOptions> = {}): Batcher {
  const metrics = createMinerMetrics(new Registry(), "test");
  return new Batcher({ ...options, ...change }, { model, metrics, clock: { nowMs: () => Date.now() } });
}

const contextsOf = (texts: readonly string[]): ModelContext[] =>
  texts.map((text) => ({ text: textBytes(text), positions: [0, text.length - 1] }));

function firstOfRows(rows: Float32Array): string {
  return String.fromCharCode(
    ...Array.from({ length: rows.length / NETWORK_DIM }, (_, i) => rows[i * NETWORK_DIM] ?? 0),
  );
}

describe("Batcher", () => {
  it("gives each of many callers its own rows in its own order, whatever the batches", async () => {
    const model = echoModel();
    const batcher = batcherOf(model);
    const asked = Array.from({ length: 50 }, (_, i) => [`a${i}`, `${"b".repeat(i + 1)}z`, `c${i % 10}`]);
    const answers = await Promise.all(
      asked.map((texts, i) => batcher.forward(`caller${i % 3}`, contextsOf(texts), call)),
    );
    const wanted = asked.map((texts) => texts.map((text) => `${text[0]}${text.at(-1)}`).join(""));
    expect(answers.map(({ rows }) => firstOfRows(rows))).toEqual(wanted);
    expect(Math.max(...model.batches.map((batch) => batch.length))).toBe(4);
  });

  it("refuses what does not fit its queue, with a hint, and answers the rest", async () => {
    const batcher = batcherOf(echoModel(), { queuedContexts: 8 });
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, async () => await batcher.forward("a", contextsOf(["xy", "xy"]), call)),
    );
    const refused = results.flatMap((result) =>
      result.status === "rejected" ? [errorCode(result.reason)] : [],
    );
    expect(new Set(refused)).toEqual(new Set(["MINER_QUEUE_FULL"]));
    expect(results.length - refused.length).toBeGreaterThanOrEqual(4);
  });

  it("fails only the requests of a batch that the model failed", async () => {
    let failures = 1;
    const fine = echoModel();
    const model = echoModel({
      forward: (contexts) =>
        failures-- > 0 ? Promise.reject(new Error("out of memory")) : fine.forward(contexts),
    });
    const batcher = batcherOf(model);
    await expect(batcher.forward("a", contextsOf(["ab"]), call)).rejects.toThrow("out of memory");
    expect(firstOfRows((await batcher.forward("a", contextsOf(["ab"]), call)).rows)).toBe("ab");
  });

  it("refuses a model's answer of the wrong size", async () => {
    const forward: Model["forward"] = () =>
      Promise.resolve({ rows: new Float32Array(NETWORK_DIM), modelDigest: Uint8Array.of(1) });
    const answer = batcherOf(echoModel({ forward })).forward("a", contextsOf(["ab"]), call);
    await expect(answer).rejects.toMatchObject({ code: "MINER_BAD_MODEL" });
  });

  it("does not mix the answers of two versions of a model", async () => {
    let version = 0;
    const fine = echoModel();
    const forward: Model["forward"] = async (contexts) => ({
      ...(await fine.forward(contexts)),
      modelDigest: Uint8Array.of(version++),
    });
    const answer = batcherOf(echoModel({ forward })).forward(
      "a",
      contextsOf(["a", "b", "c", "d", "e"]),
      call,
    );
    await expect(answer).rejects.toMatchObject({ code: "MINER_MODEL_CHANGED", data: { retryAfterMs: 10 } });
  });

  it("drops the waiting contexts of a caller that went away", async () => {
    const model = echoModel();
    const batcher = batcherOf(model, { batchDelayMs: 200 });
    const away = new AbortController();
    const answer = batcher.forward("a", contextsOf(["ab"]), { deadlineInMs: undefined, signal: away.signal });
    away.abort();
    await expect(answer).rejects.toMatchObject({ code: "MINER_CANCELLED" });
    await batcher.drain();
    expect(model.batches).toEqual([]);
  });

  it("answers what is queued when it drains", async () => {
    const batcher = batcherOf(echoModel());
    const answers = Promise.all([1, 2, 3].map(() => batcher.forward("a", contextsOf(["ab", "cd"]), call)));
    await batcher.drain();
    expect((await answers).map(({ rows }) => firstOfRows(rows))).toEqual(["abcd", "abcd", "abcd"]);
  });
});
