import { rmSync } from "node:fs";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { BUILD_MS, ensureBinary } from "../gen/cometbftBinary.ts";
import { NodeChild, planNetworkOf, readBlocks, readTransactions, replayRoots } from "../gen/cometbftRun.ts";
import { type Fault, MOMENTS } from "../gen/faults.ts";

const STEP_MS = 60_000;

beforeAll(ensureBinary, BUILD_MS);

describe("a one-node chain under transfers", () => {
  it("goes on with equal roots when app, node or both are killed at any moment of a block", async () => {
    const [spec] = await planNetworkOf(1, 100);
    if (spec === undefined) throw new Error("no node was planned");
    for (const moment of MOMENTS)
      for (const victim of ["app", "both"] as const) {
        const child = new NodeChild({ ...spec, faults: [{ victim, moment }] });
        expect(await child.exited).toMatchObject({ signal: "SIGKILL" });
      }
    const faults: Fault[] = MOMENTS.map((moment) => ({ victim: "node", moment }));
    const before = (await readBlocks(spec)).length;
    const child = new NodeChild({ ...spec, faults }, before + MOMENTS.length + 2);
    expect([await child.exited, child.errors]).toEqual([{ code: 0, signal: null }, ""]);

    const blocks = await readBlocks(spec);
    expect(await replayRoots(spec)).toEqual(blocks.map(({ root }) => root));
    const codes = blocks.flatMap((block) => block.codes);
    expect(codes.length).toBeGreaterThanOrEqual(MOMENTS.length);
    expect(new Set(codes)).toEqual(new Set(["OK"]));
    const hashes = await readTransactions(spec);
    expect(new Set(hashes).size).toBe(hashes.length);
    rmSync(spec.folder, { recursive: true });
  }, 180_000);
});

describe("a network of four nodes under transfers", () => {
  it("makes the same blocks on each, goes on without one, and lets it catch up", async () => {
    const specs = await planNetworkOf(4, 150);
    const children = specs.map((spec) => new NodeChild(spec));
    await Promise.all(children.map((child) => child.reach(4, STEP_MS)));
    await children[3]?.kill();
    const lost = children[3]?.height ?? 0;
    await children[0]?.reach((children[0]?.height ?? 0) + 3, STEP_MS);
    const back = new NodeChild(specs[3] ?? specs[0] ?? failed());
    const running = [...children.slice(0, 3), back];
    const target = Math.max(lost, children[0]?.height ?? 0) + 2;
    await Promise.all(running.map((child) => child.reach(target, STEP_MS)));
    await Promise.all(running.map((child) => child.stop()));

    const blocks = await Promise.all(specs.map(readBlocks));
    const height = Math.min(...blocks.map(({ length }) => length));
    const [first = [], ...others] = blocks.map((own) => own.slice(0, height));
    expect(height).toBeGreaterThanOrEqual(target);
    for (const other of others) expect(other).toEqual(first);
    expect(first.flatMap(({ codes }) => codes).length).toBeGreaterThan(0);
    const replayed = await replayRoots(specs[1] ?? failed());
    expect(replayed.slice(0, height)).toEqual(first.map(({ root }) => root));
    for (const { folder } of specs) rmSync(folder, { recursive: true });
  }, 120_000);
});

function failed(): never {
  throw new Error("no node was planned");
}
