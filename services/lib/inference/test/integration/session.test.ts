import { openSession } from "@ganglion/inference";
import { add, cast, float32Tensor, Graph, mul } from "@ganglion/onnx";
import { describe, expect, it } from "@jest/globals";

function doubling() {
  const graph = new Graph();
  const x = graph.input("x", ["rows", 2]);
  graph.output("y", mul(x, 2));
  return graph.build();
}

function counter() {
  const graph = new Graph();
  const total = graph.input("total", [2]);
  const step = graph.input("step", [2]);
  const next = add(total, step);
  graph.carry(total, next);
  graph.output("seen", mul(next, 1));
  return graph.build();
}

const pair = (a: number, b: number) => float32Tensor(Float32Array.of(a, b), [2]);

describe("openSession", () => {
  it("runs a model and returns plain tensors", async () => {
    const session = await openSession({ model: doubling().bytes });
    const { y } = await session.run({ x: float32Tensor(Float32Array.of(1, 2, 3, 4), [2, 2]) });
    expect(y).toEqual({ type: "float32", shape: [2, 2], data: Float32Array.of(2, 4, 6, 8) });
    await session.close();
  });

  it("keeps carried state in the worker and reads and writes it on request", async () => {
    const model = counter();
    const session = await openSession({
      model: model.bytes,
      state: { total: pair(0, 10) },
      feedback: model.feedback,
    });
    const runs = [1, 2, 3].map((n) => session.run({ step: pair(n, n) }));
    const seen = await Promise.all(runs);
    expect(seen.map(({ seen: tensor }) => [...(tensor?.data ?? [])])).toEqual([
      [1, 11],
      [3, 13],
      [6, 16],
    ]);
    expect(Object.keys(seen[0] ?? {})).toEqual(["seen"]);
    expect((await session.readState(["total"]))["total"]?.data).toEqual(Float32Array.of(6, 16));
    await session.writeState({ total: pair(100, 100) });
    expect((await session.run({ step: pair(1, 1) }))["seen"]?.data).toEqual(Float32Array.of(101, 101));
    await session.close();
  });

  it("shares state with companion graphs", async () => {
    const reader = new Graph();
    reader.output("copy", mul(reader.input("total", [2]), 1));
    const model = counter();
    const session = await openSession({
      model: model.bytes,
      companions: { read: reader.build().bytes },
      state: { total: pair(1, 1) },
      feedback: model.feedback,
    });
    await session.run({ step: pair(1, 2) });
    expect((await session.run({}, { graph: "read" }))["copy"]?.data).toEqual(Float32Array.of(2, 3));
    await session.close();
  });

  it("takes and gives float16 as raw bits", async () => {
    const graph = new Graph();
    const x = graph.input("x", [3], "float16");
    graph.output("y", cast(add(cast(x, "float32"), 1), "float16"));
    const session = await openSession({ model: graph.build().bytes });
    const bits = Uint16Array.of(0x3c00, 0x4000, 0xbc00);
    const { y } = await session.run({ x: { type: "float16", shape: [3], data: bits } });
    expect(y?.data).toEqual(Uint16Array.of(0x4000, 0x4200, 0x0000));
    await session.close();
  });

  it("refuses wrong feeds with the input's name and keeps working", async () => {
    const session = await openSession({ model: doubling().bytes });
    await expect(session.run({})).rejects.toMatchObject({ code: "INFERENCE_BAD_FEED", data: { input: "x" } });
    await expect(session.run({ x: pair(1, 2) })).rejects.toMatchObject({ code: "INFERENCE_BAD_FEED" });
    const x = float32Tensor(new Float32Array(2), [1, 2]);
    await expect(session.run({ x, z: x })).rejects.toMatchObject({ code: "INFERENCE_BAD_FEED" });
    expect((await session.run({ x }))["y"]?.shape).toEqual([1, 2]);
    await session.close();
  });

  it("finishes the calls already made before it closes, then refuses", async () => {
    const session = await openSession({ model: doubling().bytes });
    const x = float32Tensor(new Float32Array(2), [1, 2]);
    const runs = Array.from({ length: 20 }, () => session.run({ x }));
    await session.close();
    expect((await Promise.all(runs)).length).toBe(20);
    await expect(session.run({ x })).rejects.toMatchObject({ code: "INFERENCE_CLOSED" });
    await session.close();
  });

  it("says what is wrong with a model, a provider or a full queue", async () => {
    await expect(openSession({ model: Uint8Array.of(1, 2, 3) })).rejects.toMatchObject({
      code: "INFERENCE_BAD_MODEL",
    });
    await expect(openSession({ model: "/no/such/model.onnx" })).rejects.toMatchObject({
      code: "INFERENCE_BAD_MODEL",
    });
    await expect(openSession({ model: doubling().bytes, providers: ["cuda"] })).rejects.toMatchObject({
      code: "INFERENCE_PROVIDER_MISSING",
    });
    const session = await openSession({ model: doubling().bytes, maxQueued: 1 });
    const x = float32Tensor(new Float32Array(2), [1, 2]);
    const first = session.run({ x });
    await expect(session.run({ x })).rejects.toMatchObject({ code: "INFERENCE_OVERLOADED" });
    await first;
    await session.close();
  });
});
