import { describe, expect, it } from "@jest/globals";
import { planNetwork } from "../../src/core/planNetwork.ts";

const resource = (kind: string, name: string, spec: string): string =>
  `apiVersion: ganglion.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}`;

type Parts = { chain?: string; miners: readonly [string, string?][]; sources?: string };

function plan({ chain = "chain", miners, sources = "" }: Parts) {
  const network = `network: { chainNodeRef: { name: ${chain} } }`;
  const text = [
    resource(
      "ChainNode",
      chain,
      "{ genesis: { chainId: t, domains: [{ name: d, sharePpm: 1000000 }], validators: [v] } }",
    ),
    resource(
      "Validator",
      "v",
      `{ ${network}, sources: [{ domain: d, class: public, files: [f] }${sources}] }`,
    ),
    ...miners.map(([name, more = ""]) =>
      resource("Miner", name, `{ ${network}, models: [{ plugin: noise }]${more} }`),
    ),
  ].join("\n---\n");
  return () => planNetwork(text, "network.yaml");
}

describe("planNetwork", () => {
  it("takes names that differ", () => {
    expect(plan({ miners: [["a"], ["b"]] })().identities.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("names sources that no program reads here", () => {
    const secret = ", { domain: d, class: confidential, files: [s] }";
    expect(plan({ miners: [], sources: secret })().unapplied).toEqual([
      "Validator/v: spec.sources[].class: confidential",
    ]);
    expect(plan({ miners: [] })().unapplied).toEqual([]);
  });

  it.each([
    ["a Validator", plan({ miners: [["v"]] }), "Miner/v: the name v is taken by Validator/v"],
    ["the chain", plan({ miners: [["chain"]] }), "the name chain is taken by ChainNode/chain"],
    [
      "a replica",
      plan({ miners: [["x", ", replicas: 2, identity: { mode: PerReplica }"], ["x-1"]] }),
      "Miner/x-1: the name x-1 is taken by Miner/x",
    ],
    ["the owner's key", plan({ miners: [["owner"]] }), "the name owner is reserved"],
    ["a consensus key", plan({ miners: [["v.consensus"]] }), "the name v.consensus is reserved"],
  ])("refuses a name that is that of %s", (_, start, message) => {
    expect(start).toThrow(message);
  });
});
