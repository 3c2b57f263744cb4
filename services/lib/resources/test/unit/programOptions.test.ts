import { describe, expect, it } from "@jest/globals";
import {
  type Miner,
  minerOptions,
  parseResources,
  trainingOf,
  type Validator,
  validatorOptions,
} from "../../src/index.ts";

const context = {
  name: "m",
  ordinal: 0,
  endpoints: ["127.0.0.1:1"],
  genesisHash: "ab".repeat(32),
  keyFile: "/keys/m",
  passwordFile: undefined,
  owner: "gln1owner",
  payerKeyFile: undefined,
  stateDir: "/state/m",
  modelDir: "/models/m",
  modelDirOf: (name: string) => `/models/${name}`,
};

function one<T>(kind: string, spec: string): T {
  const text = `apiVersion: ganglion.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: m}\nspec: ${spec}`;
  const { resources, problems } = parseResources(text, "f.yaml");
  expect(problems).toEqual([]);
  return resources[0] as T;
}

const minerOf = (models: string, more = ""): Miner =>
  one("Miner", `{network: {chainNodeRef: {name: c}}, models: ${models}${more}}`);

describe("minerOptions", () => {
  it("serves a trained expert from the runner's model folder", () => {
    const miner = minerOf("[{plugin: expert, train: {corpus: {domain: en}, steps: 5}}]");
    expect(trainingOf(miner, 0)).toEqual({
      corpus: { name: "demo", domain: "en" },
      file: undefined,
      steps: 5,
    });
    expect(minerOptions(miner, context)).toMatchObject({
      model: { plugin: "expert", options: { modelDir: "/models/m" } },
      identity: { keyFile: "/keys/m", owner: "gln1owner" },
    });
  });

  it("points a copy at the other Miner's model", () => {
    const miner = minerOf("[{plugin: copy, copyOf: other, disguise: whitened}]");
    expect(minerOptions(miner, context)).toMatchObject({
      model: { plugin: "copy", options: { modelDir: "/models/other", disguise: "whitened" } },
    });
  });

  it("points a lazy Miner at the other Miner's model, if it names one", () => {
    const lazy = minerOf("[{plugin: lazy, copyOf: other}]");
    expect(minerOptions(lazy, context)).toMatchObject({
      model: { plugin: "lazy", options: { modelDir: "/models/other" } },
    });
    expect(minerOptions(minerOf("[{plugin: lazy}]"), context)).toMatchObject({
      model: { plugin: "lazy", options: {} },
    });
  });

  it("gives each ordinal its entry of models", () => {
    const miner = minerOf("[{plugin: noise}, {plugin: lazy}]");
    expect(minerOptions(miner, { ...context, ordinal: 3 })).toMatchObject({ model: { plugin: "lazy" } });
  });

  it("turns a price in GLN into spikes", () => {
    const miner = minerOf("[{plugin: noise}]", ", registration: {mode: burn, maxPrice: '1.5'}");
    expect(minerOptions(miner, context)).toMatchObject({
      registration: { mode: "burn", maxPriceSpikes: "1500000000" },
    });
  });
});

describe("validatorOptions", () => {
  it("takes held-back and public text from different splits and leaves confidential text alone", () => {
    const validator = one<Validator>(
      "Validator",
      `{network: {chainNodeRef: {name: c}}, mixture: {epochsPerWalk: 4}, sources: [
        {domain: en, class: heldBack, corpus: {domain: en}, part: {index: 0, count: 2}},
        {domain: en, class: public, corpus: {domain: en}},
        {domain: en, class: confidential, files: [secret.jsonl]}]}`,
    );
    const options = validatorOptions(validator, {
      name: "v",
      endpoints: ["127.0.0.1:1"],
      genesisHash: undefined,
      keyFile: "/keys/v",
      passwordFile: undefined,
      checkpointDir: "/state/v",
      corpusFiles: ({ name, domain }, split) => [`/${name}/${split}/${domain}.jsonl`],
    });
    expect(options).toMatchObject({
      mixture: { walkPacePerEpoch: 0.25 },
      sources: [
        { class: "heldBack", files: ["/demo/heldBack/en.jsonl"], part: { index: 0, count: 2 } },
        { class: "public", files: ["/demo/mixture/en.jsonl"] },
      ],
    });
    expect(JSON.stringify(options)).not.toContain("secret.jsonl");
  });
});
