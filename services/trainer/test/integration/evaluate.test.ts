import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { evaluateModel, readPublished, startTrainer } from "@ganglion/trainer";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { silent, tinyOptions, tinyText } from "../tinyText.ts";

describe("evaluateModel", () => {
  let dir: string;
  let file: string;

  beforeAll(async () => {
    ({ dir, file } = await tinyText());
    const trainer = await startTrainer(tinyOptions(dir, file, { steps: 150, publishEverySteps: 150 }), {
      logger: silent,
    });
    await trainer.done;
  });

  it("finds low cost on text like the one learned from, and high cost on other text", async () => {
    const other = join(dir, "other.txt");
    await writeFile(other, "0123456789 ZYXWVUTSRQ ".repeat(40));
    const modelDir = join(dir, "model");
    const same = await evaluateModel({ modelDir, text: { file } }, silent);
    const foreign = await evaluateModel({ modelDir, text: { file: other } }, silent);
    expect(same.bitsPerByte).toBeLessThan(3);
    expect(same.bitsPerByte).toBeCloseTo(same.card.heldOutBitsPerByte, 0);
    expect(foreign.bitsPerByte).toBeGreaterThan(6);
  });

  it("predicts every byte of a window but its first", async () => {
    const text = await readFile(file);
    const { bytes } = await evaluateModel({ modelDir: join(dir, "model"), text: { file } }, silent);
    expect(bytes).toBe(text.length - Math.ceil(text.length / 16));
  });

  it("replays the rows of a log on the same bytes", async () => {
    const folder = join(dir, "texts");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "a.txt"), await readFile(file));
    const windows = join(dir, "rows.jsonl");
    const row = { document: "a.txt", context: 12, bits: 2.5 };
    const rows = [
      { ...row, offset: 100 },
      { ...row, offset: 205 },
      { ...row, document: "b.txt", offset: 3 },
    ];
    await writeFile(windows, rows.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const text = { folder };
    const { rows: replayed } = await evaluateModel({ modelDir: join(dir, "model"), text, windows }, silent);
    expect(replayed).toMatchObject({ count: 2, skipped: 1, jointBitsPerByte: 2.5 });
    expect(replayed?.singleBitsPerByte).toBeLessThan(4);
  });

  it("asks which domain a text is of when a log has rows of several for it", async () => {
    const folder = join(dir, "one-text");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "a.txt"), await readFile(file));
    const windows = join(dir, "domains.jsonl");
    const rows = [
      { document: "a.txt", offset: 100, bits: 2, domain: "en" },
      { document: "a.txt", offset: 205, bits: 4, domain: "de" },
    ];
    await writeFile(windows, rows.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const options = { modelDir: join(dir, "model"), text: { folder }, windows };
    await expect(evaluateModel(options, silent)).rejects.toMatchObject({
      code: "TRAINER_MANY_DOMAINS",
      message: expect.stringContaining("de, en"),
    });
    const { rows: replayed } = await evaluateModel({ ...options, domain: "de" }, silent);
    expect(replayed).toMatchObject({ count: 1, skipped: 1, jointBitsPerByte: 4 });
  });

  it("measures no model whose card was changed", async () => {
    const other = await tinyText();
    const trainer = await startTrainer(tinyOptions(other.dir, other.file), { logger: silent });
    await trainer.done;
    const modelDir = join(other.dir, "model");
    const path = join((await readPublished(modelDir))?.dir ?? "", "card.json");
    await writeFile(path, (await readFile(path, "utf8")).replace('"name": "tiny"', '"name": "grand"'));
    await expect(evaluateModel({ modelDir, text: { file } }, silent)).rejects.toMatchObject({
      code: "EXPERT_BAD_SIGNATURE",
    });
  });

  it("says what is wrong with a folder without model and a log that is none", async () => {
    const nowhere = evaluateModel({ modelDir: join(dir, "nowhere"), text: { file } }, silent);
    await expect(nowhere).rejects.toMatchObject({ code: "TRAINER_BAD_MODEL" });
    const windows = join(dir, "bad.jsonl");
    await writeFile(windows, '{"document":"a"}\n');
    const bad = evaluateModel({ modelDir: join(dir, "model"), text: { file }, windows }, silent);
    await expect(bad).rejects.toMatchObject({ code: "TRAINER_BAD_ROW_LOG", data: { line: 1 } });
  });
});
