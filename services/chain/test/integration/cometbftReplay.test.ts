import { beforeAll, describe, expect, it } from "@jest/globals";
import { doubleSign } from "../faults/doubleSign.ts";
import { runReplay } from "../faults/replay.ts";
import { BUILD_MS, ensureBinary } from "../gen/cometbftBinary.ts";

const TRANSACTIONS = 2_000;
const TEST_MS = 1_000_000;
const say = (): void => undefined;

beforeAll(ensureBinary, BUILD_MS);

describe("a network of four nodes", () => {
  it(
    "is replayed by solo to the same roots, with transactions of all kinds over epochs",
    async () => {
      const findings = await runReplay(TRANSACTIONS, say);
      expect(findings.filter(({ holds }) => !holds)).toEqual([]);
    },
    TEST_MS,
  );

  it(
    "slashes and bars a key with which two nodes sign, by the evidence that CometBFT found",
    async () => {
      const findings = await doubleSign.run({ kills: 0, say });
      expect(findings.filter(({ holds }) => !holds)).toEqual([]);
    },
    TEST_MS,
  );
});
