import { beforeAll, describe, expect, it } from "@jest/globals";
import { runReplay } from "../faults/replay.ts";
import { BUILD_MS, ensureBinary } from "../gen/cometbftBinary.ts";

const TRANSACTIONS = 2_000;
const say = (): void => undefined;

beforeAll(ensureBinary, BUILD_MS);

describe("a network of four nodes", () => {
  it("is replayed by solo to the same roots, with transactions of all kinds over epochs and a halving", async () => {
    const findings = await runReplay(TRANSACTIONS, say);
    expect(findings.filter(({ holds }) => !holds)).toEqual([]);
  }, 300_000);
});
