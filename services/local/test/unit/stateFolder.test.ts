import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { readRunFile, StateFolder } from "../../src/io/stateFolder.ts";

const RUN = { chains: ["127.0.0.1:1"], metrics: "http://127.0.0.1:2/metrics", validators: [], names: {} };

describe("StateFolder", () => {
  let root: string;
  beforeEach(() => {
    root = join(mkdtempSync(join(tmpdir(), "ganglion-state-")), "state");
  });
  afterEach(() => rmSync(join(root, ".."), { recursive: true, force: true }));

  it("is one process's until it is released, and names it", () => {
    const folder = StateFolder.open(root);
    expect(() => StateFolder.open(root)).toThrow(
      expect.objectContaining({
        code: "LOCAL_FOLDER_HELD",
        message: expect.stringContaining(`process ${process.pid}`),
      }),
    );
    folder.release();
    StateFolder.open(root).release();
  });

  it("refuses at once a place where no folder can be made", () => {
    for (const place of ["/proc/ganglion-none/state", "/dev/null/state"])
      expect(() => StateFolder.open(place)).toThrow(
        expect.objectContaining({
          code: "LOCAL_FOLDER_UNWRITABLE",
          message: expect.stringContaining("--state"),
        }),
      );
  });

  it("goes on with what an earlier run left, unless it is to start afresh", async () => {
    const folder = StateFolder.open(root);
    await folder.prepare({ fresh: false });
    folder.write("genesis.json", "{}");
    writeFileSync(folder.path("keys", "owner.key.json"), "{}");
    mkdirSync(folder.path("chain"));
    writeFileSync(folder.path("notes.txt"), "the user's");
    await folder.prepare({ fresh: false });
    expect(folder.read("genesis.json")).toBe("{}");
    expect(readdirSync(folder.path("keys"))).toEqual(["owner.key.json"]);
    await folder.prepare({ fresh: true });
    expect(folder.read("genesis.json")).toBeUndefined();
    expect(readdirSync(folder.path("keys"))).toEqual([]);
    expect(existsSync(folder.path("chain"))).toBe(false);
    expect(folder.read("notes.txt")).toBe("the user's");
    expect(() => StateFolder.open(root)).toThrow(expect.objectContaining({ code: "LOCAL_FOLDER_HELD" }));
    folder.release();
  });

  it("tells other commands of the running network, and no longer after it", () => {
    const folder = StateFolder.open(root);
    folder.writeRun(RUN);
    expect(readRunFile(root)).toEqual(RUN);
    folder.release();
    expect(() => readRunFile(root)).toThrow(expect.objectContaining({ code: "LOCAL_NOT_RUNNING" }));
  });

  it("moves a folder aside under a name that is free", () => {
    const folder = StateFolder.open(root);
    for (const kept of ["model.replaced-1", "model.replaced-2"]) {
      mkdirSync(folder.path("model"));
      expect(folder.moveAside("model")).toBe(kept);
      expect(existsSync(folder.path("model"))).toBe(false);
    }
    expect(existsSync(folder.path("model.replaced-1"))).toBe(true);
    folder.release();
  });
});
