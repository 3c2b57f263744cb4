import { mkdtemp, open, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { CheckpointFile, writeState } from "../../src/io/checkpointFile.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "checkpoint-"));
});
afterEach(() => rm(folder, { recursive: true }));

const save = async (...values: number[]): Promise<void> => {
  const file = new CheckpointFile(folder, 1_000);
  await file.load();
  for (const value of values) await file.save([Uint8Array.of(value), Uint8Array.of(value, value)], 0);
};
const load = () => new CheckpointFile(folder, 1_000).load();
const newest = async (): Promise<string> => {
  const infos = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  return join(folder, infos.sort((a, b) => b.at - a.at)[0]?.name ?? "");
};

describe("CheckpointFile", () => {
  it("knows nothing in a new folder", async () => expect(await load()).toBeUndefined());

  it("loads what was saved last", async () => {
    await save(1, 2, 3);
    expect(await load()).toEqual(Uint8Array.of(3, 3, 3));
  });

  it("falls back to the one before when the last is torn", async () => {
    await save(1);
    await save(2);
    await truncate(await newest(), 33);
    expect(await load()).toEqual(Uint8Array.of(1, 1, 1));
  });

  it("falls back when bytes of the last are wrong", async () => {
    await save(1, 2);
    const file = await open(join(folder, "state.a"), "r+");
    await file.write(Uint8Array.of(9), 0, 1, 32);
    await file.close();
    expect(await load()).toEqual(Uint8Array.of(1, 1, 1));
  });

  it("writes no header behind a payload that a full disk cut short", async () => {
    await save(1, 2);
    const path = join(folder, "state.a");
    const real = await open(path, "r+");
    const short: Parameters<typeof writeState>[0] = {
      write: real.write.bind(real),
      writev: (buffers) => Promise.resolve({ bytesWritten: 1, buffers }),
    };
    await expect(writeState(short, 3, [Uint8Array.of(3, 3, 3)])).rejects.toThrow("1 of 3 bytes written");
    await real.close();
    expect(await load()).toEqual(Uint8Array.of(1, 1, 1));
  });

  it("names the folder that cannot be written", async () => {
    const file = new CheckpointFile(join(folder, "gone"), 1_000);
    await expect(file.save([Uint8Array.of(1)], 0)).rejects.toMatchObject({
      code: "RUNTIME_CANNOT_WRITE",
      message: expect.stringContaining(join(folder, "gone")),
    });
  });

  it("says what to do when nothing is whole", async () => {
    await writeFile(join(folder, "state.a"), "not a checkpoint");
    await expect(load()).rejects.toMatchObject({ code: "VALIDATOR_CHECKPOINT_CORRUPT" });
  });
});
