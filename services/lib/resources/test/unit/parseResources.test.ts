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

describe("parseResources", () => {
  it("reads the demo network without problems", () => {
    const { resources, problems } = parseResources(demo, "demo.yaml");
    expect(problems).toEqual([]);
    expect(resources.map((r) => r.kind)).toEqual([
      "ChainNode",
      ...Array(8).fill("Miner"),
      ...Array(3).fill("Validator"),
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

  it("refuses two resources of one kind and name", () => {
    const one = miner("  models: [{plugin: noise}]");
    expect(problemsOf(`${one}\n---\n${one}`)[0]).toContain("a Miner named m is there already");
  });
});
