import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SpendingRecord } from "../../src/io/spendingRecord.ts";

const DAY_MS = 86_400_000;

describe("SpendingRecord", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "ganglion-spending-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("counts the burns of the last day, also after a restart", async () => {
    const path = join(folder, "a.json");
    const record = await SpendingRecord.open(path);
    await record.add(1_000);
    await record.add(DAY_MS);
    expect(record.count(DAY_MS)).toBe(2);
    const again = await SpendingRecord.open(path);
    expect([again.count(DAY_MS), again.count(DAY_MS + 1_000)]).toEqual([2, 1]);
  });

  it("still counts a burn when the clock goes back", async () => {
    const record = await SpendingRecord.open(join(folder, "b.json"));
    await record.add(5_000);
    expect(record.count(1_000)).toBe(1);
  });

  it("refuses a damaged file instead of forgetting its limits", async () => {
    const path = join(folder, "c.json");
    await writeFile(path, "{");
    await expect(SpendingRecord.open(path)).rejects.toMatchObject({ code: "MINER_BAD_STATE" });
  });
});
