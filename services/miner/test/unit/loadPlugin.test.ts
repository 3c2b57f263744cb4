import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { loadPlugin } from "../../src/io/loadPlugin.ts";

describe("loadPlugin", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "ganglion-plugin-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(["copy", "expert", "lazy", "lookup", "noise"])("has the plug-in %s built in", async (name) => {
    expect(typeof (await loadPlugin(name)).load).toBe("function");
  });

  it("loads a user's module by its path", async () => {
    const path = join(folder, "mine.mjs");
    await writeFile(path, "export function load() { return Promise.resolve('mine'); }");
    const plugin = await loadPlugin(path);
    expect(await Reflect.apply(plugin.load, undefined, [])).toBe("mine");
  });

  it("says what is wrong with a module that exports no load", async () => {
    const path = join(folder, "empty.mjs");
    await writeFile(path, "export const nothing = 1;");
    await expect(loadPlugin(path)).rejects.toMatchObject({
      code: "MINER_BAD_PLUGIN",
      message: expect.stringContaining("does not export a function `load`"),
    });
  });

  it("says which plug-ins there are when it finds none", async () => {
    await expect(loadPlugin("no-such-package")).rejects.toMatchObject({
      code: "MINER_BAD_PLUGIN",
      message: expect.stringContaining("copy, expert, lazy, lookup, noise"),
    });
  });
});
