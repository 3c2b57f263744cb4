import { beforeAll, describe, expect, it } from "@jest/globals";
import { runKills } from "../faults/kills.ts";
import { BUILD_MS, ensureBinary } from "../gen/cometbftBinary.ts";

const KILLS = 20;

beforeAll(ensureBinary, BUILD_MS);

describe("a network of four nodes under transfers", () => {
  it("loses no block and goes on with equal roots when programs are killed at random moments", async () => {
    const findings = await runKills(KILLS, () => undefined);
    expect(findings.filter(({ holds }) => !holds)).toEqual([]);
  }, 300_000);
});
