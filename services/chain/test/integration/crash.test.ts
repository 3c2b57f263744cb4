import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { verifySignature } from "@ganglion/keys";
import { bytesToHex } from "@ganglion/types";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import { replayChain } from "../../src/replayChain.ts";
import { ballastHeights } from "../gen/ballast.ts";
import { applicationOver, makeNextBlock } from "../gen/blocks.ts";
import { genesisWith } from "../gen/network.ts";
import { newFolder } from "../gen/runChain.ts";

const LAST = 11;
/** At these parts of the time that a commit took before; more where none fell into one. */
const KILLS = [0, 0.2, 0.4, 0.6, 0.8, 1];
const MOST_KILLS = 18;
const KILLS_DEADLINE_MS = 240_000;
const COMMIT_CHILD = new URL("./commitChild.ts", import.meta.url).pathname;
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

/** Kills a child at a part of its fourth commit, by the time that the ones before took. @returns its commits */
function killInCommit(at: string, part: number): Promise<{ readonly begun: number; readonly done: number }> {
  const child = spawn(process.execPath, [COMMIT_CHILD, at], { stdio: ["ignore", "pipe", "inherit"] });
  let begun = 0;
  let done = 0;
  let begunMs = 0;
  let longestMs = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const now = performance.now();
    if (line === "done") {
      done++;
      longestMs = Math.max(longestMs, now - begunMs);
      return;
    }
    begunMs = now;
    if (++begun !== 4) return;
    while (performance.now() < now + longestMs * part);
    child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.once("close", (_code, signal) =>
      signal === "SIGKILL" ? resolve({ begun, done }) : reject(new Error(`it ended by itself: ${signal}`)),
    );
  });
}

describe("a chain killed while its database commits", () => {
  it(
    "has every block that it announced, and nothing of one that it did not finish",
    async () => {
      const store = newFolder();
      const reference = openDatabase(newFolder());
      const same = applicationOver(reference);
      let height = 0;
      let inside = 0;
      for (let kill = 0; kill < KILLS.length || (inside === 0 && kill < MOST_KILLS); kill++) {
        const { begun, done } = await killInCommit(store, KILLS[kill % KILLS.length] ?? 0);
        if (begun > done) inside++;
        const database = openDatabase(store);
        const { head } = applicationOver(database);
        while (same.head.height < head.height) makeNextBlock(same);
        expect(bytesToHex(head.stateRoot)).toBe(bytesToHex(same.head.stateRoot));
        expect(ballastHeights(database)).toEqual([head.height]);
        await database.close();
        // The first child's first commit is genesis.
        const announced = height + done - (kill === 0 ? 1 : 0);
        expect([announced, announced + 1]).toContain(head.height);
        height = head.height;
      }
      await reference.close();
      expect(inside).toBeGreaterThan(0);
    },
    KILLS_DEADLINE_MS,
  );
});

afterAll(() => {
  expect(roots).toHaveLength(LAST + 1);
});
