import { spawnSync } from "node:child_process";
import { verifySignature } from "@ganglion/keys";
import { bytesToHex } from "@ganglion/types";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import { replayChain } from "../../src/replayChain.ts";
import { applicationOver, makeNextBlock } from "../gen/blocks.ts";
import { genesisWith } from "../gen/network.ts";
import { newFolder } from "../gen/runChain.ts";

const LAST = 11;
const CHILD = new URL("./crashChild.ts", import.meta.url).pathname;

/** Roots of the same blocks made without a crash, by height. */
const roots: string[] = [];

beforeAll(async () => {
  const database = openDatabase(newFolder());
  const application = applicationOver(database);
  roots.push(bytesToHex(application.head.stateRoot));
  while (application.head.height < LAST) {
    makeNextBlock(application);
    roots.push(bytesToHex(application.head.stateRoot));
  }
  await database.close();
});

const folder = newFolder();
let made = 0;

/** Runs a child that dies at a write step and says at what height the store then is. */
async function crashAt(step: number, height: number): Promise<{ killed: boolean; height: number }> {
  const { signal, status, stderr } = spawnSync(
    process.execPath,
    [CHILD, folder, String(height), String(step)],
    {
      encoding: "utf8",
    },
  );
  if (signal !== "SIGKILL" && status !== 0) throw new Error(stderr);
  const database = openDatabase(folder);
  const { head } = applicationOver(database);
  expect(bytesToHex(head.stateRoot)).toBe(roots[head.height]);
  await database.close();
  return { killed: signal === "SIGKILL", height: head.height };
}

describe("a chain killed at any write step", () => {
  // Genesis with the first block (some of its many rows), one that registers, and one that ends an epoch.
  it.each([
    [1, 25],
    [2, 1],
    [10, 1],
  ])("keeps every committed block, and goes on, around block %i", async (target, stride) => {
    while (made < target - 1) made = (await crashAt(-1, target - 1)).height;
    let killed = 0;
    for (let step = 0; made < target; step += stride) {
      const outcome = await crashAt(step, target);
      expect(outcome.height).toBeGreaterThanOrEqual(made);
      made = outcome.height;
      if (outcome.killed) killed++;
    }
    expect(killed).toBeGreaterThan(4);
  });

  it("replays the log of all that to the same roots", async () => {
    await crashAt(-1, LAST);
    const database = openDatabase(folder);
    const { blocks, stateRoot } = replayChain(new ChainStore(database), genesisWith(), verifySignature);
    await database.close();
    expect([blocks, bytesToHex(stateRoot)]).toEqual([LAST, roots[LAST]]);
  });
});

afterAll(() => {
  expect(roots).toHaveLength(LAST + 1);
});
