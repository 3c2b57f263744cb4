import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { NodeWatch } from "../../src/engine/cometbft/nodeWatch.ts";

const LOOK_MS = 1_000;

type Node = { answers: boolean; connected: boolean; height: number; chunks: number };

let node: Node;
let workedMs: number;
let stuck: string[];
let watch: NodeWatch;

beforeEach(() => {
  jest.useFakeTimers();
  node = { answers: true, connected: true, height: 1, chunks: 0 };
  workedMs = 0;
  stuck = [];
  watch = new NodeWatch(
    {
      blockIntervalMs: 1_000,
      height: () => node.height,
      chunksTaken: () => node.chunks,
      isConnected: () => node.connected,
    },
    {
      rpc: {
        status: async () => {
          if (!node.answers) throw new RangeError("no answer");
          return { height: node.height, catchingUp: false };
        },
        peers: async () => 3,
      },
      nowMs: () => performance.now() + workedMs,
      onStuck: (why) => stuck.push(why),
    },
  );
});
afterEach(() => {
  watch.close();
  jest.useRealTimers();
});

async function look(times: number, { blocks = true } = {}): Promise<void> {
  for (let i = 0; i < times; i++) {
    if (blocks) node.height++;
    await jest.advanceTimersByTimeAsync(LOOK_MS);
  }
}

describe("the watch of a node", () => {
  it("leaves one alone that brings blocks, even if it answers nothing else", async () => {
    node.answers = false;
    await look(120);
    expect(stuck).toEqual([]);
    expect(watch.health).toEqual({ catchingUp: true, halted: false, peers: 0 });
  });

  it("takes one for stuck that neither connects nor answers", async () => {
    node = { ...node, answers: false, connected: false };
    await look(30, { blocks: false });
    expect(stuck).toEqual([]);
    await look(2, { blocks: false });
    expect(stuck[0]).toBe("it does not answer");
  });

  it("takes one for stuck that lost the application", async () => {
    await look(3);
    node.connected = false;
    await look(7);
    expect(stuck[0]).toBe("it lost the application");
  });

  it("takes one for stuck that answers without a block, later each time, and never oftener than it says", async () => {
    const at = [0];
    for (let seconds = 1; seconds <= 2_400; seconds++) {
      await look(1, { blocks: false });
      while (at.length <= stuck.length) at.push(seconds);
    }
    const gaps = at.slice(1).map((seconds, i) => seconds - (at[i] ?? 0));
    expect(gaps).toEqual([60, 120, 240, 480, 600, 600]);
    expect(new Set(stuck)).toEqual(new Set(["no block comes"]));
    expect(watch.health.halted).toBe(true);
  });

  it("leaves one alone that still takes a snapshot in, however long", async () => {
    for (let chunks = 1; chunks <= 8; chunks++) {
      node.chunks = chunks;
      await look(50, { blocks: false });
    }
    expect(stuck).toEqual([]);
    await look(20, { blocks: false });
    expect(stuck).toEqual(["no block comes"]);
  });

  it("waits a minute again once a block came", async () => {
    await look(300, { blocks: false });
    expect(stuck).toHaveLength(2);
    await look(1);
    await look(59, { blocks: false });
    expect(stuck).toHaveLength(2);
    await look(2, { blocks: false });
    expect(stuck).toHaveLength(3);
  });

  it("does not blame it for the time in which this thread executed a long block", async () => {
    await look(5);
    node.answers = false;
    workedMs += 3_600_000;
    await look(10, { blocks: false });
    expect(stuck).toEqual([]);
    expect(watch.health.halted).toBe(false);
  });
});
