import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { encodeDocuments } from "@ganglion/corpus";
import { createRandom } from "@ganglion/types";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { chainDocuments } from "../fakeMarket.ts";

const lineSchema = z.object({
  start: z.number().optional(),
  step: z.number().optional(),
  updates: z.number(),
  replays: z.array(
    z.object({ key: z.string(), since: z.number(), rows: z.number(), begun: z.unknown().optional() }),
  ),
  rows: z.array(z.string()).optional(),
});
type Line = z.output<typeof lineSchema>;

const CHILD = fileURLToPath(new URL("marketChild.ts", import.meta.url));
const LOWER = "abcdefghijklmnop";
const RUNS = 6;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "market-"));
  await writeFile(join(folder, "public.jsonl"), encodeDocuments(chainDocuments("lower", LOWER, 10, 1)));
  await writeFile(join(folder, "heldBack.jsonl"), encodeDocuments(chainDocuments("lower", LOWER, 30, 2)));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a market until it has told of `steps` steps, and kills it `delayMs` later, wherever it is then. */
async function runAndKill(steps: number, delayMs: number): Promise<readonly Line[]> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: Line[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(lineSchema.parse(JSON.parse(line)));
    if (lines.length === steps + 1) setTimeout(() => child.kill("SIGKILL"), delayMs);
  }
  return lines;
}

describe("a market that is killed", () => {
  it("loses nothing but the step in flight and scores no byte twice", async () => {
    const random = createRandom(20_261_122);
    const scored: string[] = [];
    let last: Line = { step: 0, updates: 0, replays: [] };
    const seen = { collecting: 0, begun: 0 };
    for (let run = 0; run < RUNS; run++) {
      const lines = await runAndKill(2 + Math.floor(random.next() * 5), random.next() * 60);
      const first = lines[0];
      // The kill may fall between a checkpoint and the line that tells of it.
      expect(first?.start).toBeGreaterThanOrEqual(last.step ?? 0);
      expect(first?.start).toBeLessThanOrEqual((last.step ?? 0) + 1);
      if (first?.start === last.step) {
        expect(first?.updates).toBe(last.updates);
        expect(first?.replays).toEqual(last.replays);
        if (last.replays.some(({ rows, begun }) => rows > 0 && !begun)) seen.collecting++;
        if (last.replays.some(({ begun }) => begun)) seen.begun++;
      }
      for (const { rows } of lines) scored.push(...(rows ?? []));
      last = lines.at(-1) ?? last;
    }
    expect(last.step).toBeGreaterThan(RUNS * 2 - 1);
    expect(seen.collecting).toBeGreaterThan(0);
    expect(seen.begun).toBeGreaterThan(0);
    expect(new Set(scored).size).toBe(scored.length);
  });
});
