import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { nodeSockets } from "../../src/engine/cometbft/nodeConfig.ts";
import { nodeHome } from "../../src/engine/cometbft/nodeKeys.ts";
import { startNode, type TestNode } from "../gen/cometbftNode.ts";
import { newFolder } from "../gen/runChain.ts";

/** The longest that one look of the watch counts for. */
const LOOK_MS = 4_000;
/** One more than the falls that end the chain program. */
const RESTARTS = 10;
/** Answers as a sound node does whose peers are away: it never brings a block. */
const HALTED = `#!${process.execPath}
const result = { sync_info: { latest_block_height: "0", catching_up: false }, n_peers: "1" };
require("node:http")
  .createServer((_, reply) => reply.end(JSON.stringify({ result })))
  .listen(process.argv[4] + "/rpc.sock");
`;
const FALLING = "#!/bin/sh\nexit 1\n";

let folder: string;

beforeEach(() => {
  folder = newFolder();
  jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask"] });
});
afterEach(() => {
  jest.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** One of four, with a program in CometBFT's place. */
function startWith(program: string): Promise<TestNode> {
  const binary = join(folder, "program");
  writeFileSync(binary, program, { mode: 0o700 });
  return startNode({
    folder,
    binary,
    validators: 4,
    index: 0,
    p2pPort: 0,
    peers: [],
    blockIntervalMs: 100,
    faults: [],
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate();
}

/** Until it is started again, or given up. */
async function lookUntilRestart({ engine }: TestNode): Promise<void> {
  const { nodePid } = engine;
  let givenUp = false;
  engine.done.catch(() => {
    givenUp = true;
  });
  while (engine.nodePid === nodePid && !givenUp) {
    await jest.advanceTimersByTimeAsync(LOOK_MS);
    // While it asks the watch has no timer.
    await until(() => jest.getTimerCount() > 0 || givenUp);
  }
}

describe("a node that brings no block", () => {
  it("is started again from time to time while the network halts, and never given up", async () => {
    const node = await startWith(HALTED);
    for (let restarts = 0; restarts < RESTARTS; restarts++) {
      await until(() => existsSync(nodeSockets(nodeHome(folder)).rpc));
      await lookUntilRestart(node);
    }
    jest.useRealTimers();
    await node.close();
    await expect(node.engine.done).resolves.toBeUndefined();
  });

  it("is given up when it does not stay up", async () => {
    const node = await startWith(FALLING);
    for (let restarts = 0; restarts < RESTARTS; restarts++) await lookUntilRestart(node);
    jest.useRealTimers();
    await node.close();
    await expect(node.engine.done).rejects.toMatchObject({ code: "CHAIN_NODE_FAILED" });
  });
});
