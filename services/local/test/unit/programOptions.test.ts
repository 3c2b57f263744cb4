import { readFileSync } from "node:fs";
import { chainConfigSchema } from "@ganglion/chain";
import { minerOptionsSchema } from "@ganglion/miner";
import { chainOptions, minerOptions, parseResources, validatorOptions } from "@ganglion/resources";
import { validatorOptionsSchema } from "@ganglion/validator";
import { describe, expect, it } from "@jest/globals";

const NETWORK = { endpoints: ["127.0.0.1:1"], genesisHash: "ab".repeat(32) };
const KEYS = { keyFile: "key", passwordFile: "password" };

const demo = readFileSync(new URL("../../networks/demo.yaml", import.meta.url), "utf8");
const published = demo.replaceAll(
  /^ {2}network:/gm,
  "  endpoint: {publish: {host: market.example, port: 9}}\n$&",
);

describe.each([
  ["the demo network", demo],
  ["a published network", published],
])("resources of %s", (_, text) => {
  const { resources, problems } = parseResources(text, "demo.yaml");

  it("have no problems", () => {
    expect(problems).toEqual([]);
  });

  it.each(resources.map((resource) => [`${resource.kind} ${resource.name}`, resource] as const))(
    "map to options that the program of %s accepts",
    (_name, resource) => {
      const { name } = resource;
      switch (resource.kind) {
        case "ChainNode": {
          const files = { dataDir: "d", genesisFile: "g", consensusKeyFile: "c", passwordFile: "p" };
          expect(chainConfigSchema.safeParse(chainOptions(resource, files)).error).toBeUndefined();
          break;
        }
        case "Miner": {
          const runner = {
            payerKeyFile: "p",
            stateDir: "s",
            modelDir: "m",
            modelDirOf: (other: string) => other,
          };
          const options = minerOptions(resource, {
            ...{ name, ordinal: 0, owner: "gln1owner" },
            ...NETWORK,
            ...KEYS,
            ...runner,
          });
          expect(minerOptionsSchema.safeParse(options).error).toBeUndefined();
          break;
        }
        case "Validator": {
          const runner = { checkpointDir: "c", corpusFiles: () => ["corpus.jsonl"] };
          const options = validatorOptions(resource, { name, ...NETWORK, ...KEYS, ...runner });
          expect(validatorOptionsSchema.safeParse(options).error).toBeUndefined();
          break;
        }
      }
    },
  );
});
