import { describe, expect, it } from "@jest/globals";
import { bootstrapValidators, planChainNodes } from "../../src/core/planChainNodes.ts";
import { copiedModel, minerKeyName, planNetwork } from "../../src/core/planNetwork.ts";

const OWNER = `gln1${"q".repeat(38)}`;

const resource = (kind: string, name: string, spec: string): string =>
  `apiVersion: ganglion.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}`;

type Parts = {
  chain?: string;
  /** Name, more fields, the model. */
  miners: readonly [string, string?, string?][];
  sources?: string;
  /** Of the Validator. */
  identity?: string;
};

function plan({ chain = "chain", miners, sources = "", identity = "{}" }: Parts) {
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
      `{ ${network}, identity: ${identity}, sources: [{ domain: d, class: public, files: [f] }${sources}] }`,
    ),
    ...miners.map(([name, more = "", model = "{ plugin: noise }"]) =>
      resource("Miner", name, `{ ${network}, models: [${model}]${more} }`),
    ),
  ].join("\n---\n");
  return () => planNetwork(text, "network.yaml");
}

describe("planNetwork", () => {
  it("takes names that differ", () => {
    expect(plan({ miners: [["a"], ["b"]] })().identities.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("takes the keys and the owner that resources name", () => {
    const named = plan({
      miners: [["m", ", identity: { secretRef: { name: cold-start } }"]],
      identity: `{ secretRef: { name: hot }, owner: ${OWNER} }`,
    })();
    const signatory = { hotkeyName: "hot", keyName: "v.consensus", owner: OWNER };
    expect(bootstrapValidators(named)).toEqual([signatory]);
    expect(planChainNodes(named, { engine: "cometbft", cometbftNodes: 2 })).toEqual([
      { name: "chain.0", ...signatory },
      { name: "chain.1", hotkeyName: "chain.1", keyName: "chain.1.consensus" },
    ]);
    expect(named.identities.map(minerKeyName)).toEqual(["cold-start"]);
    expect(named.unapplied).toEqual([]);
  });

  it("says that replicas with keys of their own share none", () => {
    const identity = ", replicas: 2, identity: { mode: PerReplica, secretRef: { name: one } }";
    const { unapplied, identities } = plan({ miners: [["m", identity]] })();
    expect(unapplied).toEqual(["Miner/m: spec.identity.secretRef"]);
    expect(identities.map(minerKeyName)).toEqual(["m-0", "m-1"]);
  });

  it("finds the model that a copy takes: of the first replica, or at a path of its own", () => {
    const copy = "{ plugin: copy, copyOf: writer }";
    const copied = (more: string, model: string) =>
      copiedModel(
        plan({
          miners: [
            ["writer", more, model],
            ["thief", "", copy],
          ],
        })(),
        "writer",
      );
    const trained = "{ plugin: expert, train: { file: f } }";
    expect(copied("", trained)).toEqual({ name: "writer", path: undefined });
    const replicas = ", replicas: 2, identity: { mode: PerReplica }";
    expect(copied(replicas, trained)).toEqual({ name: "writer-0", path: undefined });
    expect(copied("", "{ plugin: expert, path: dir }")).toEqual({ name: "writer", path: "dir" });
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
    [
      "another's key, as a Secret",
      plan({ miners: [["m"]], identity: "{ secretRef: { name: m } }" }),
      "Miner/m: the name m is taken by Validator/v",
    ],
  ])("refuses a name that is that of %s", (_, start, message) => {
    expect(start).toThrow(message);
  });

  it.each([
    ["is not there", [], "Miner nobody, which is not there"],
    ["is no expert", [["nobody"]], "Miner nobody, which serves no expert"],
    [
      "does not run",
      [["nobody", ", replicas: 0", "{ plugin: expert, train: { file: f } }"]],
      "Miner nobody, which serves no expert",
    ],
  ] satisfies [string, Parts["miners"], string][])(
    "refuses a copy of a Miner that %s",
    (_, others, message) => {
      const start = plan({ miners: [["thief", "", "{ plugin: lazy, copyOf: nobody }"], ...others] });
      expect(start).toThrow(`Miner/thief: copyOf names ${message}`);
    },
  );
});
