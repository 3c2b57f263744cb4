import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { parseResources } from "../../src/index.ts";

const demo = readFileSync(new URL("../../../../local/networks/demo.yaml", import.meta.url), "utf8");

const miner = (spec: string): string => `apiVersion: ganglion.dev/v1alpha1
kind: Miner
metadata: {name: m}
spec:
  network: {chainNodeRef: {name: chain}}
${spec}`;

const problemsOf = (text: string): string[] =>
  parseResources(text, "f.yaml").problems.map((p) => `${p.line}:${p.column} ${p.path}: ${p.message}`);

/** Each line names the line before it nine times. */
function bombOf(lines: number): string {
  const bomb = ["a0: &a0 [x]"];
  for (let i = 1; i < lines; i++)
    bomb.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(", ")}]`,
    );
  return bomb.join("\n");
}

describe("parseResources", () => {
  it("reads the demo network without problems", () => {
    const { resources, problems } = parseResources(demo, "demo.yaml");
    expect(problems).toEqual([]);
    expect(resources.map((r) => r.kind)).toEqual([
      "ChainNode",
      ...Array<string>(8).fill("Miner"),
      ...Array<string>(3).fill("Validator"),
    ]);
  });

  it("fills in nested defaults as the API server does", () => {
    const [resource] = parseResources(miner("  models: [{plugin: noise}]"), "f.yaml").resources;
    expect(resource?.spec).toMatchObject({
      replicas: 1,
      identity: { mode: "Shared", retention: "Retain" },
      registration: { mode: "work", maxPerDay: 24, afterEpochs: 0 },
      endpoint: { type: "ClusterIP", port: 0 },
    });
  });

  it("refuses an unknown field where it stands", () => {
    expect(problemsOf(miner("  models: [{plugin: noise}]\n  replica: 3"))).toEqual([
      "7:12 spec.replica: unknown field",
    ]);
  });

  it("lists what a choice may be", () => {
    expect(problemsOf(miner("  models: [{plugin: nose}]"))[0]).toMatch(
      /^6:21 spec\.models\.0\.plugin: .*expert, noise, copy/,
    );
  });

  it("runs CEL rules and points at their object", () => {
    expect(problemsOf(miner("  models: [{plugin: expert}]"))).toEqual([
      "6:12 spec.models.0: an expert needs either path or train",
    ]);
    expect(problemsOf(miner("  models: [{plugin: noise}]\n  registration: {mode: burn}"))).toEqual([
      "7:17 spec.registration: registration by burn needs maxPrice",
    ]);
  });

  it("checks that the domains' shares are a whole", () => {
    const text = `apiVersion: ganglion.dev/v1alpha1
kind: ChainNode
metadata: {name: c}
spec:
  genesis: {chainId: x, domains: [{name: a, sharePpm: 5}], validators: [v]}`;
    expect(problemsOf(text)[0]).toContain("the domains' shares must sum to 1000000");
  });

  it("reports a resource of another kind or group", () => {
    expect(problemsOf("apiVersion: v1\nkind: Pod\nmetadata: {name: x}")[0]).toContain(
      "expected apiVersion ganglion.dev/v1alpha1",
    );
  });

  it("reports bad YAML with its line and reads the other documents", () => {
    const { resources, problems } = parseResources(
      `a: [1\n---\n${miner("  models: [{plugin: noise}]")}`,
      "f.yaml",
    );
    expect(problems[0]?.line).toBeLessThanOrEqual(2);
    expect(resources).toHaveLength(1);
  });

  it.each([
    ["an alias without an anchor", "kind: *x", "Unresolved alias"],
    ["a bomb of aliases", bombOf(9), "alias"],
    ["text that is no object", "- 1", "expected apiVersion"],
    ["a key that is an object", "? {a: 1}\n: b", "expected apiVersion"],
    [
      "a spec that is missing",
      "apiVersion: ganglion.dev/v1alpha1\nkind: Miner\nmetadata: {name: m}",
      "'spec'",
    ],
    ["more than anybody writes", "#".repeat(5_000_000), "longer than"],
  ])("reports %s", (_, text, message) => {
    expect(problemsOf(text).join()).toContain(message);
  });

  it("says nothing about an empty file", () => {
    expect(parseResources("", "f.yaml")).toEqual({ resources: [], problems: [] });
  });

  it("asks for what pins the chain where endpoints are given, and for only one way to find it", () => {
    const text = miner("  models: [{plugin: noise}]").replace(
      "{chainNodeRef: {name: chain}}",
      "{endpoints: [a:1]}",
    );
    expect(problemsOf(text)).toEqual(["5:12 spec.network: endpoints need chainId and genesisSha256"]);
    expect(problemsOf(text.replace("[a:1]", "[a:1], chainNodeRef: {name: c}"))[0]).toContain("give either");
  });

  it("points at the one wrong entry of a list, document and line", () => {
    const good = miner("  models: [{plugin: noise}]");
    const bad = miner("  models:\n    - {plugin: noise}\n    - plugin: module").replace(
      "{name: m}",
      "{name: n}",
    );
    expect(problemsOf(`${good}\n---\n${bad}`)).toEqual(["15:7 spec.models.1: a module needs its path"]);
  });

  it("refuses two resources of one kind and name", () => {
    const one = miner("  models: [{plugin: noise}]");
    expect(problemsOf(`${one}\n---\n${one}`)[0]).toContain("a Miner named m is there already");
  });

  it("refuses an identity that would use the owner's key or a consensus key", () => {
    for (const name of ["owner", "v1.consensus"])
      expect(
        problemsOf(miner(`  identity: {secretRef: {name: ${name}}}\n  models: [{plugin: noise}]`)),
      ).toEqual([expect.stringMatching(/^6:32 spec\.identity\.secretRef\.name: .* choose another$/)]);
    expect(problemsOf(miner("  identity: {secretRef: {name: owners}}\n  models: [{plugin: noise}]"))).toEqual(
      [],
    );
  });
});
