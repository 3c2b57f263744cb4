import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ReplayFiles } from "../../src/io/replayFiles.ts";

const MARK = { key: "ab@7", since: 3, rows: 0 };
const storedAt = (step: number, rows = new Uint8Array(40).fill(step)) => ({
  key: "ab@7",
  since: 3,
  step,
  rows,
});

describe("files of stored rows", () => {
  let folder = "";
  let path = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "replays-"));
    const files = new ReplayFiles(folder);
    await files.load([], 0);
    for (const step of [3, 4, 5]) await files.append([storedAt(step)]);
    path = join(folder, (await readdir(folder))[0] ?? "");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const load = (step: number, marks = [MARK]) => new ReplayFiles(folder).load(marks, step);

  it("give back what was stored, in its order", async () => {
    expect(await load(5)).toEqual([storedAt(3), storedAt(4), storedAt(5)]);
  });

  it("cut off the rows of a step that the checkpoint does not know, and go on behind the others", async () => {
    const files = new ReplayFiles(folder);
    expect(await files.load([MARK], 4)).toEqual([storedAt(3), storedAt(4)]);
    await files.append([storedAt(5, Uint8Array.of(9))]);
    expect(await load(5)).toEqual([storedAt(3), storedAt(4), storedAt(5, Uint8Array.of(9))]);
  });

  it("leave out rows from the first damaged ones on", async () => {
    await truncate(path, (await readFile(path)).length - 1);
    expect(await load(5)).toEqual([storedAt(3), storedAt(4)]);
    const bytes = await readFile(path);
    bytes[70] = 99;
    await writeFile(path, bytes);
    expect(await load(5)).toEqual([storedAt(3)]);
    await writeFile(path, "no rows");
    expect(await load(5)).toEqual([]);
  });

  it("remove what the checkpoint does not mark: another start, another miner", async () => {
    expect(await load(5, [{ ...MARK, since: 4 }])).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    const files = new ReplayFiles(folder);
    await files.load([], 0);
    await files.append([storedAt(3), { ...storedAt(3), key: "cd@1" }]);
    await files.keep([MARK]);
    expect(await load(3)).toEqual([storedAt(3)]);
  });
});
