import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NETWORK_DIM } from "@ganglion/params";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { load } from "../../src/plugins/lookup.ts";
import { collect, hostOf, textBytes } from "../gen/pluginHost.ts";

const text = textBytes("the quick brown fox jumps over the lazy dog");
const last = (length: number) => ({ text: text.subarray(0, length), positions: [length - 1] });

describe("the plug-in lookup", () => {
  let stateDir = "";
  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), "ganglion-lookup-"));
  });
  afterAll(() => rm(stateDir, { recursive: true }));

  it("knows nothing of text it sees for the first time", async () => {
    const model = await load({}, hostOf(stateDir));
    const { rows } = await model.forward([last(30), last(31)]);
    expect(rows.every((value) => value === 0)).toBe(true);
  });

  it("encodes the next byte of text it was sent before", async () => {
    const model = await load({}, hostOf(stateDir));
    await model.forward([last(text.length)]);
    const { rows } = await model.forward([last(30)]);
    expect(rows.indexOf(1)).toBe(text[30]);
    expect(rows.length).toBe(NETWORK_DIM);
  });

  it("continues a text it knows, and stops where it does not", async () => {
    const model = await load({}, hostOf(stateDir));
    await model.forward([last(text.length)]);
    const options = { maxBytes: 100, temperature: 0, seed: 0n };
    const pieces = await collect(model.generate(text.subarray(0, 30), options, AbortSignal.timeout(5_000)));
    expect(Buffer.concat(pieces).toString()).toBe(Buffer.from(text.subarray(30)).toString());
  });

  it("remembers after a restart", async () => {
    const before = await load({}, hostOf(stateDir));
    await before.forward([last(text.length)]);
    await before.close();
    const after = await load({}, hostOf(stateDir));
    const { rows } = await after.forward([last(30)]);
    expect(rows.indexOf(1)).toBe(text[30]);
  });
});
