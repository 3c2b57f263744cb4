import { buildForwardModel, buildHeadModel, initialParameters } from "@ganglion/expert";
import { NETWORK_DIM } from "@ganglion/params";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ExpertSession } from "../../src/io/expertSession.ts";
import { collect, textBytes } from "../gen/pluginHost.ts";

const shape = { width: 16, blocks: 1, heads: 2, window: 32, shifts: 2 };
const text = textBytes(
  "a text that is a good deal longer than the window of the model, so that windows move",
);

describe("ExpertSession", () => {
  let session: ExpertSession;
  beforeAll(async () => {
    const parameters = initialParameters(shape, 5);
    const files = {
      forward: buildForwardModel(shape, parameters),
      head: buildHeadModel(parameters),
      window: 32,
    };
    session = await ExpertSession.open(files, 1);
  });
  afterAll(() => session.close());

  const row = (rows: Float32Array, index: number): Float32Array =>
    rows.subarray(index * NETWORK_DIM, (index + 1) * NETWORK_DIM);

  function expectClose(a: Float32Array, b: Float32Array): void {
    const largest = a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Infinity))), 0);
    expect(largest).toBeLessThan(1e-4);
  }

  it("represents a prefix the same alone, inside a longer text and in a mixed batch", async () => {
    const positions = [3, 31, 32, 40, 70];
    const whole = await session.forward([
      { text: textBytes("x"), positions: [0] },
      { text, positions },
    ]);
    for (const [index, position] of positions.entries()) {
      const alone = await session.forward([{ text: text.subarray(0, position + 1), positions: [position] }]);
      expectClose(row(whole, index + 1), alone);
    }
  });

  it("tells different prefixes apart", async () => {
    const rows = await session.forward([{ text, positions: [3, 4] }]);
    expect(row(rows, 0)).not.toEqual(row(rows, 1));
  });

  it("answers more contexts than one run takes", async () => {
    const contexts = Array.from({ length: 300 }, (_, i) => ({
      text: text.subarray(0, 1 + (i % 60)),
      positions: [i % 60],
    }));
    const rows = await session.forward(contexts);
    expectClose(row(rows, 299), await session.forward(contexts.slice(299)));
  });

  it("generates the same bytes from the same seed, and stops at the signal", async () => {
    const options = { maxBytes: 8, temperature: 1, seed: 3n };
    const never = new AbortController().signal;
    const first = await collect(session.generate(text, options, never));
    expect(first.length).toBe(8);
    expect(await collect(session.generate(text, options, never))).toEqual(first);
    expect(await collect(session.generate(text, options, AbortSignal.abort()))).toEqual([]);
  });
});
