import { fork } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSigner } from "@ganglion/keys";
import { readPublished, startTrainer, type TrainingProgress } from "@ganglion/trainer";
import { bytesToHex } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { silent, tinyOptions, tinyText } from "../tinyText.ts";

const MAIN = new URL("../../src/main.ts", import.meta.url);

async function trainWhole(dir: string, file: string, more: Parameters<typeof tinyOptions>[2] = {}) {
  const trainer = await startTrainer(tinyOptions(dir, file, more), { logger: silent });
  return await trainer.done;
}

describe("a training", () => {
  it("publishes versions on the way and at the end, and reports each step", async () => {
    const { dir, file } = await tinyText();
    const steps: TrainingProgress[] = [];
    const published: number[] = [];
    const trainer = await startTrainer(tinyOptions(dir, file), {
      logger: silent,
      progress: (progress) => steps.push(progress),
      published: (card) => published.push(card.trainedSteps),
    });
    const card = await trainer.done;
    expect(published).toEqual([5, 10, 12]);
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(steps.at(-1)).toMatchObject({ steps: 12, etaMs: 0, heldOutBits: card?.heldOutBitsPerByte });
    expect((await readPublished(join(dir, "model")))?.card).toEqual(card);
  });

  it("keeps no more than three versions", async () => {
    const { dir, file } = await tinyText();
    await trainWhole(dir, file, { publishEverySteps: 2 });
    expect((await readdir(join(dir, "model", "versions"))).length).toBe(3);
  });

  it("ends with the same weights whether it was killed or not", async () => {
    const whole = await tinyText();
    const killed = await tinyText();
    const expected = await trainWhole(whole.dir, whole.file, { steps: 40 });
    const config = join(killed.dir, "config.json");
    await writeFile(config, JSON.stringify(tinyOptions(killed.dir, killed.file, { steps: 40 })));
    const child = fork(MAIN, [config], { stdio: "ignore" });
    child.on("message", (message: unknown) => {
      if (JSON.stringify(message).includes('"step":17')) child.kill("SIGKILL");
    });
    await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");
    const card = await trainWhole(killed.dir, killed.file, { steps: 40 });
    expect(card?.modelDigest).toBe(expected?.modelDigest);
  });

  it("keeps an earlier version that was better on held-out text", async () => {
    const { dir, file } = await tinyText();
    // What is held out, the end of the text, is as good as impossible to learn from the rest.
    const noise = Array.from({ length: 400 }, (_, i) => String.fromCharCode(0x21 + ((i * i * 7) % 89))).join(
      "",
    );
    await writeFile(file, `${"aaaaaaaaab".repeat(600)}${noise}`);
    const published: number[] = [];
    const trainer = await startTrainer(tinyOptions(dir, file, { steps: 60 }), {
      logger: silent,
      published: (card) => published.push(card.trainedSteps),
    });
    const card = await trainer.done;
    expect(card?.trainedSteps).toBe(published.at(-1));
    expect(card?.trainedSteps).toBeLessThan(60);
  });

  it("stops when it is closed and goes on from there", async () => {
    const { dir, file } = await tinyText();
    const seen: number[] = [];
    const first = await startTrainer(tinyOptions(dir, file, { steps: 10_000, publishEverySteps: 10_000 }), {
      logger: silent,
      progress: ({ step }) => {
        seen.push(step);
        if (step === 3) void first.close();
      },
    });
    expect(await first.done).toBeUndefined();
    const second = await startTrainer(tinyOptions(dir, file, { steps: (seen.at(-1) ?? 0) + 1 }), {
      logger: silent,
      progress: ({ step }) => seen.push(step),
    });
    await second.done;
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => i + 1));
  });

  it("does nothing when it is complete", async () => {
    const { dir, file } = await tinyText();
    const card = await trainWhole(dir, file);
    const steps: number[] = [];
    const again = await startTrainer(tinyOptions(dir, file), {
      logger: silent,
      progress: ({ step }) => steps.push(step),
    });
    expect(await again.done).toEqual(card);
    expect(steps).toEqual([]);
  });

  it("signs its cards with a key of the folder that only its owner can read, the same ever after", async () => {
    const { dir, file } = await tinyText();
    const first = await trainWhole(dir, file);
    const seed = join(dir, "model", "signing.seed");
    expect((await stat(seed)).mode & 0o777).toBe(0o600);
    const next = await trainWhole(dir, file, { steps: 14 });
    expect([next?.trainedSteps, next?.signer]).toEqual([14, first?.signer]);
    await writeFile(seed, "none");
    await expect(trainWhole(dir, file)).rejects.toMatchObject({ code: "TRAINER_BAD_SIGNING_KEY" });
  });

  it("signs with the key it is given, also what another key had signed", async () => {
    const { dir, file } = await tinyText();
    const signer = createSigner(new Uint8Array(32).fill(8));
    const own = await trainWhole(dir, file);
    const trainer = await startTrainer(tinyOptions(dir, file), { logger: silent, signer });
    const card = await trainer.done;
    expect(card?.signer).toBe(bytesToHex(signer.publicKey));
    expect(card?.modelDigest).toBe(own?.modelDigest);
    expect((await readPublished(join(dir, "model")))?.card).toEqual(card);
  });

  it("publishes again what an earlier program left unsigned", async () => {
    const { dir, file } = await tinyText();
    const card = await trainWhole(dir, file);
    const model = join(dir, "model");
    const version = (await readPublished(model))?.dir ?? "";
    const { signature: _, signer: __, ...unsigned } = card ?? {};
    await writeFile(join(version, "card.json"), JSON.stringify(unsigned));
    await expect(readPublished(model)).rejects.toMatchObject({ code: "EXPERT_UNSIGNED_CARD" });
    expect(await trainWhole(dir, file)).toEqual(card);
    expect((await readPublished(model))?.card).toEqual(card);
  });

  it("refuses to continue another training, unless it may forget it", async () => {
    const { dir, file } = await tinyText();
    await trainWhole(dir, file);
    await writeFile(file, "something else entirely, and longer than before. ".repeat(60));
    await expect(trainWhole(dir, file)).rejects.toMatchObject({ code: "TRAINER_OTHER_TRAINING" });
    expect((await trainWhole(dir, file, { fresh: true }))?.trainedSteps).toBe(12);
  });

  it("says what is wrong with a damaged checkpoint and with missing or short text", async () => {
    const { dir, file } = await tinyText();
    await trainWhole(dir, file);
    const checkpoint = join(dir, "model", "training.checkpoint");
    await writeFile(checkpoint, (await readFile(checkpoint)).subarray(0, 5_000));
    await expect(trainWhole(dir, file)).rejects.toMatchObject({ code: "TRAINER_BAD_CHECKPOINT" });
    await expect(trainWhole(dir, join(dir, "nowhere.txt"))).rejects.toMatchObject({
      code: "TRAINER_TEXT_UNREADABLE",
    });
    const unwritable = trainWhole(dir, file, { modelDir: join(file, "model") });
    await expect(unwritable).rejects.toMatchObject({ code: "RUNTIME_CANNOT_WRITE" });
    await writeFile(file, "short");
    await expect(trainWhole(dir, file)).rejects.toMatchObject({ code: "TRAINER_TEXT_TOO_SHORT" });
    await writeFile(file, "");
    await expect(trainWhole(dir, file)).rejects.toMatchObject({ code: "TRAINER_NO_TEXT" });
  });
});
