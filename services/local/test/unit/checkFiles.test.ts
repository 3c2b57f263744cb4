import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { planNetwork } from "../../src/core/planNetwork.ts";
import { checkFiles } from "../../src/io/checkFiles.ts";

const HERE = fileURLToPath(import.meta.url);

function networkWith(model: string, source: string) {
  const meta = (kind: string, name: string) =>
    `apiVersion: ganglion.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:`;
  const text = [
    `${meta("ChainNode", "chain")}
  genesis: { chainId: t, domains: [{ name: d, sharePpm: 1000000 }], validators: [v] }`,
    `${meta("Miner", "m")}
  network: { chainNodeRef: { name: chain } }
  models: [{ ${model} }]`,
    `${meta("Validator", "v")}
  network: { chainNodeRef: { name: chain } }
  sources: [{ domain: d, class: public, files: [${source}] }]`,
  ].join("\n---\n");
  return planNetwork(text, "network.yaml");
}

describe("checkFiles", () => {
  it("passes files that are there, and a module that is a package", () => {
    expect(() => checkFiles(networkWith(`plugin: expert, train: { file: ${HERE} }`, HERE))).not.toThrow();
    expect(() => checkFiles(networkWith("plugin: module, path: a-package", HERE))).not.toThrow();
  });

  it("names every file that is missing, and whose it is", () => {
    const check = () => checkFiles(networkWith("plugin: expert, path: no/model", "no/text.jsonl"));
    expect(check).toThrow(/Miner\/m: its model .*no\/model\nValidator\/v: a source .*no\/text\.jsonl/);
    expect(check).toThrow(expect.objectContaining({ code: "LOCAL_NO_FILE" }));
  });
});
