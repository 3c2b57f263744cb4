import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@ganglion/runtime/log";
import { readPublished, startTrainer, trainerOptionsSchema } from "@ganglion/trainer";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { NetworkEvent } from "../../src/core/changes.ts";
import { type MinerIdentity, planNetwork } from "../../src/core/planNetwork.ts";
import { StateFolder } from "../../src/io/stateFolder.ts";
import { Trainings } from "../../src/io/training.ts";

const TEXT = "the small boat carries an empty basket in the morning. ".repeat(60);
const SMALL = { width: 16, blocks: 1, heads: 2, window: 32, shifts: 2 };

describe("Trainings", () => {
  let root: string;
  let folder: StateFolder;
  let text: string;
  let events: NetworkEvent[];
  let shown: readonly string[];
  /** After the first step. */
  let metrics: Promise<readonly string[]> | undefined;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "ganglion-training-"));
    text = join(root, "text.txt");
    writeFileSync(text, TEXT);
    folder = StateFolder.open(join(root, "state"));
    await folder.prepare({ fresh: false });
    events = [];
    metrics = undefined;
  });
  afterEach(() => {
    folder.release();
    rmSync(root, { recursive: true, force: true });
  });

  const train = (steps = 1): Promise<void> => {
    const emit = (event: NetworkEvent): void => {
      events.push(event);
      if (event.event !== "training") return;
      shown = trainings.jobs.map(({ name, state }) => `${name}: ${state}`);
      metrics ??= trainings.metrics();
    };
    const { signal } = new AbortController();
    const trainings = new Trainings({ folder, cacheDir: root, signal, emit });
    return trainings.run([minerTrainedOn(text, steps)]);
  };
  const kinds = (): readonly string[] => events.map(({ event }) => event);

  it("trains a model anew whose plan changed, and keeps the old one aside", async () => {
    await trainAnother(folder.path("models", "writer"), text);
    const old = readFileSync(folder.path("models", "writer", "current"), "utf8");
    await train();
    expect(events).toContainEqual(
      expect.objectContaining({ event: "trainedAnew", name: "writer", kept: "models/writer.replaced-1" }),
    );
    expect(kinds().at(-1)).toBe("trained");
    expect(shown).toEqual([expect.stringMatching(/^training writer: .*anew.*models\/writer\.replaced-1$/)]);
    expect(readFileSync(folder.path("models", "writer.replaced-1", "current"), "utf8")).toBe(old);
    expect(existsSync(folder.path("models", "writer", "current"))).toBe(true);
    events = [];
    await train();
    expect(events).toEqual([]);
  });

  it("has the figures of a trainer that runs", async () => {
    await train(4);
    const [told] = (await metrics) ?? [];
    expect(told).toContain('ganglion_trainer_step{model="writer"} ');
    expect(told).toContain('ganglion_trainer_steps{model="writer"} 4\n');
  });

  it("publishes a finished model again whose card is not signed", async () => {
    await train();
    const model = folder.path("models", "writer");
    const card = join((await readPublished(model))?.dir ?? "", "card.json");
    const { signature: _, ...unsigned } = JSON.parse(readFileSync(card, "utf8")) as Record<string, unknown>;
    writeFileSync(card, JSON.stringify(unsigned));
    await train();
    expect((await readPublished(model))?.card.trainedSteps).toBe(1);
  });

  it("fails with the trainer's own code on what the user must mend", async () => {
    writeFileSync(text, "short");
    await expect(train()).rejects.toMatchObject({
      code: "TRAINER_TEXT_TOO_SHORT",
      message: expect.stringContaining("train-writer.log"),
    });
    expect(readdirSync(folder.path("models"))).toEqual([]);
  });
});

async function trainAnother(modelDir: string, file: string): Promise<void> {
  const options = { name: "writer", text: { file }, modelDir, shape: SMALL, batch: 4, steps: 2 };
  const modules = { logger: createLogger({ level: "silent" }) };
  const trainer = await startTrainer(trainerOptionsSchema.parse(options), modules);
  await trainer.done;
}

function minerTrainedOn(file: string, steps: number): MinerIdentity {
  const of = (kind: string, name: string, spec: string): string =>
    `apiVersion: ganglion.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}`;
  const network = "network: { chainNodeRef: { name: chain } }";
  const resources = [
    of(
      "ChainNode",
      "chain",
      "{ genesis: { chainId: t, domains: [{ name: d, sharePpm: 1000000 }], validators: [v] } }",
    ),
    of("Validator", "v", `{ ${network}, sources: [{ domain: d, class: public, files: [f] }] }`),
    of(
      "Miner",
      "writer",
      `{ ${network}, models: [{ plugin: expert, train: { file: ${file}, steps: ${steps} } }] }`,
    ),
  ];
  const [identity] = planNetwork(resources.join("\n---\n"), "network.yaml").identities;
  if (identity === undefined) throw new Error("the network has no miner");
  return identity;
}
