import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MODEL_FILES } from "@ganglion/expert";
import { NETWORK_DIM } from "@ganglion/params";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Model } from "../../src/plugin.ts";
import { load as loadCopy } from "../../src/plugins/copy.ts";
import { load as loadExpert } from "../../src/plugins/expert.ts";
import { load as loadLazy } from "../../src/plugins/lazy.ts";
import { publishTinyExpert } from "../gen/modelDir.ts";
import { collect, hostOf, textBytes } from "../gen/pluginHost.ts";
import { waitUntil } from "../gen/waitUntil.ts";

const context = (text: string) => ({ text: textBytes(text), positions: [text.length - 1] });
const length = (row: Float32Array): number => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));

describe("plug-ins over a model directory", () => {
  let modelDir = "";
  const open: Model[] = [];
  beforeEach(async () => {
    modelDir = await mkdtemp(join(tmpdir(), "ganglion-model-"));
  });
  afterEach(async () => {
    for (const model of open.splice(0)) await model.close();
    await rm(modelDir, { recursive: true });
  });

  async function start(
    load: typeof loadExpert,
    options: object = {},
    changed = () => undefined,
  ): Promise<Model> {
    const model = await load({ modelDir, pollMs: 10, ...options }, hostOf(modelDir, { changed }));
    open.push(model);
    return model;
  }

  it("waits for the first version, saying so, and then serves it", async () => {
    let changes = 0;
    const model = await start(loadExpert, {}, () => {
      changes++;
    });
    expect([model.describe(), model.waitingFor()]).toEqual([undefined, `no model in ${modelDir} yet`]);
    await expect(model.forward([context("abc")])).rejects.toMatchObject({ code: "MINER_NO_MODEL" });
    await publishTinyExpert(modelDir, "a", 1);
    await waitUntil(() => model.describe() !== undefined);
    expect(model.describe()).toMatchObject({ name: "tiny", trainedSteps: 1 });
    expect((await model.forward([context("abc")])).rows.length).toBe(NETWORK_DIM);
    expect([changes, model.waitingFor()]).toEqual([1, undefined]);
  });

  it("takes a newer version into service while it answers", async () => {
    await publishTinyExpert(modelDir, "a", 1);
    const model = await start(loadExpert);
    const first = model.describe()?.modelDigest;
    const answers: Uint8Array[] = [];
    await publishTinyExpert(modelDir, "b", 2);
    await waitUntil(async () => {
      const { modelDigest } = await model.forward([context("abc"), context("longer text")]);
      answers.push(modelDigest);
      return model.describe()?.trainedSteps === 2;
    });
    const { modelDigest } = await model.forward([context("abc")]);
    expect(answers[0]).toEqual(first);
    expect(modelDigest).not.toEqual(first);
    expect(modelDigest).toEqual(model.describe()?.modelDigest);
  });

  it("keeps serving when a newer version is damaged", async () => {
    await publishTinyExpert(modelDir, "a", 1);
    await publishTinyExpert(modelDir, "b", 2);
    await writeFile(join(modelDir, MODEL_FILES.versions, "b", MODEL_FILES.model), "damaged");
    const damaged = await start(loadExpert);
    expect(damaged.waitingFor()).toContain("do not match its card");
    await publishTinyExpert(modelDir, "c", 3);
    await waitUntil(() => damaged.describe()?.trainedSteps === 3);
  });

  it("refuses a card that was changed after it was signed, and one without a signature", async () => {
    await publishTinyExpert(modelDir, "a", 1);
    const path = join(modelDir, MODEL_FILES.versions, "a", MODEL_FILES.card);
    const card = await readFile(path, "utf8");
    await writeFile(path, card.replace('"heldOutBitsPerByte": 8', '"heldOutBitsPerByte": 1'));
    const changed = await start(loadExpert);
    expect([changed.describe(), changed.waitingFor()]).toEqual([
      undefined,
      expect.stringContaining("is not what its key signed"),
    ]);
    const { signature: _, ...unsigned } = JSON.parse(card) as Record<string, unknown>;
    await writeFile(path, JSON.stringify(unsigned));
    expect((await start(loadExpert)).waitingFor()).toContain("the model card is not signed");
  });

  it("generates from its own head", async () => {
    await publishTinyExpert(modelDir, "a", 1);
    const model = await start(loadExpert);
    const options = { maxBytes: 4, temperature: 1, seed: 1n };
    const pieces = await collect(model.generate(textBytes("abc"), options, AbortSignal.timeout(10_000)));
    expect(pieces.reduce((sum, piece) => sum + piece.length, 0)).toBe(4);
  });

  it("copies plainly under a digest of its own", async () => {
    await publishTinyExpert(modelDir, "a", 1);
    const [expert, copy] = [await start(loadExpert), await start(loadCopy)];
    const [wanted, got] = [await expert.forward([context("abc")]), await copy.forward([context("abc")])];
    expect(got.rows).toEqual(wanted.rows);
    expect(got.modelDigest).not.toEqual(wanted.modelDigest);
    expect(got.modelDigest).toEqual(copy.describe()?.modelDigest);
  });

  it("hides a copy behind a rotation that keeps lengths", async () => {
    await publishTinyExpert(modelDir, "a", 1);
    const [expert, copy] = [await start(loadExpert), await start(loadCopy, { disguise: "rotated" })];
    const [wanted, got] = [await expert.forward([context("abc")]), await copy.forward([context("abc")])];
    expect(got.rows).not.toEqual(wanted.rows);
    expect(length(got.rows)).toBeCloseTo(length(wanted.rows), 2);
  });

  it("lazily answers new contexts with old answers", async () => {
    await publishTinyExpert(modelDir, "a", 1);
    const lazy = await start(loadLazy);
    const texts = Array.from({ length: 256 }, (_, i) => context(`text number ${i}`));
    const { rows } = await lazy.forward(texts);
    const fresh = (await lazy.forward([context("never seen")])).rows;
    const known = Array.from({ length: 256 }, (_, i) =>
      rows.subarray(i * NETWORK_DIM, (i + 1) * NETWORK_DIM),
    );
    expect(known).toContainEqual(fresh);
  });
});
