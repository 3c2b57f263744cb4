import { beforeAll, describe, expect, it } from "@jest/globals";
import { runStateSync } from "../faults/stateSync.ts";
import { BUILD_MS, ensureBinary } from "../gen/cometbftBinary.ts";

const TEST_MS = 300_000;

beforeAll(ensureBinary, BUILD_MS);

describe("a fresh node among CometBFT peers", () => {
  it(
    "begins with a snapshot of 100,000 accounts from two peers, follows, and goes on after a restart",
    async () => {
      const { findings } = await runStateSync();
      expect(findings.filter(({ holds }) => !holds)).toEqual([]);
    },
    TEST_MS,
  );
});
