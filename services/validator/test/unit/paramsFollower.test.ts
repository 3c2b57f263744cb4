import type { ChainParams } from "@ganglion/client";
import { PRESETS, type ProtocolParams, WEIGHTS_VERSION } from "@ganglion/params";
import { describe, expect, it } from "@jest/globals";
import { ParamsFollower } from "../../src/paramsFollower.ts";

const { signal } = new AbortController();
const PRESET = PRESETS.minimal.protocol;

/** A ledger whose parameters the test changes, and all that the follower says. */
function createWorld() {
  const world = {
    changes: {} as Partial<ProtocolParams>,
    reads: 0,
    fails: false,
    outdated: [] as boolean[],
    errors: [] as string[],
    warnings: 0,
  };
  const params = (): Promise<ChainParams> => {
    world.reads += 1;
    if (world.fails) return Promise.reject(new Error("nobody answers"));
    return Promise.resolve({
      preset: "minimal",
      protocol: { ...PRESET, ...world.changes },
      domains: [],
      difficulty: 1n,
      burnPriceSpikes: 1n,
      registrationsLeft: 1,
    });
  };
  const logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => {
      world.warnings += 1;
    },
    error: (message: string) => {
      world.errors.push(message);
    },
    child: () => logger,
  };
  const follower = new ParamsFollower(PRESET, {
    client: { params },
    logger,
    onRead: (outdated) => world.outdated.push(outdated),
  });
  return { world, follower };
}

describe("a validator's parameters", () => {
  it("are read once an epoch and follow what was voted", async () => {
    const { world, follower } = createWorld();
    for (let height = 1; height < PRESET.epochLengthBlocks; height++) await follower.advance(height, signal);
    expect(world.reads).toBe(1);
    world.changes = { commitCutoffBlocks: 5 };
    await follower.advance(PRESET.epochLengthBlocks, signal);
    expect(follower.protocol.commitCutoffBlocks).toBe(5);
    expect(world.outdated).toEqual([false, false]);
  });

  it("stay as they were while no node answers, and are asked for again after the next block", async () => {
    const { world, follower } = createWorld();
    world.fails = true;
    await follower.advance(1, signal);
    expect(follower.protocol).toBe(PRESET);
    world.fails = false;
    world.changes = { commitCutoffBlocks: 5 };
    await follower.advance(2, signal);
    expect([follower.protocol.commitCutoffBlocks, world.warnings]).toEqual([5, 1]);
  });

  it("tell once that the validator is too old for the ledger", async () => {
    const { world, follower } = createWorld();
    world.changes = { weightsVersion: WEIGHTS_VERSION + 1 };
    await follower.advance(1, signal);
    await follower.advance(PRESET.epochLengthBlocks, signal);
    expect(world.errors).toEqual([expect.stringContaining("update it")]);
    expect(world.outdated).toEqual([true, true]);
  });
});
