import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { makeFolder, writeFileAtomic, writeFileAtomicSync, writing } from "../../src/files/index.ts";

const REFUSED = expect.objectContaining({ code: "RUNTIME_CANNOT_WRITE" });
const MODE_BITS = 0o777;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ganglion-files-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe.each([
  { name: "writeFileAtomic", write: writeFileAtomic },
  {
    name: "writeFileAtomicSync",
    write: async (...args: Parameters<typeof writeFileAtomicSync>) => writeFileAtomicSync(...args),
  },
])("$name", ({ write }) => {
  it("replaces what was there and leaves nothing beside it", async () => {
    const path = join(root, "file");
    await write(path, "a longer text than the next");
    await write(path, Uint8Array.of(104, 105));
    expect(readFileSync(path, "utf8")).toBe("hi");
    expect(readdirSync(root)).toEqual(["file"]);
  });

  it("is for its owner only, unless another mode is given", async () => {
    await write(join(root, "secret"), "");
    await write(join(root, "open"), "", { mode: 0o644 });
    expect(statSync(join(root, "secret")).mode & MODE_BITS).toBe(0o600);
    expect(statSync(join(root, "open")).mode & MODE_BITS).toBe(0o644 & ~process.umask());
  });

  it("is not stopped by what a killed writer left", async () => {
    writeFileSync(join(root, "file.new"), "half of somethi");
    await write(join(root, "file"), "whole");
    expect(readFileSync(join(root, "file"), "utf8")).toBe("whole");
    expect(readdirSync(root)).toEqual(["file"]);
  });

  it("keeps the old file and tells which folder to mend when it cannot write", async () => {
    const path = join(root, "file");
    mkdirSync(path);
    await expect(write(path, "x")).rejects.toMatchObject({
      code: "RUNTIME_CANNOT_WRITE",
      message: expect.stringContaining(`permissions of ${root}`),
    });
    expect(readdirSync(root)).toEqual(["file"]);
    await expect(write(join(root, "none", "file"), "x")).rejects.toThrow(REFUSED);
  });
});

describe("makeFolder", () => {
  it("makes those above it too, for the owner only", () => {
    makeFolder(join(root, "a", "b"));
    makeFolder(join(root, "a", "b"));
    expect(statSync(join(root, "a", "b")).mode & MODE_BITS).toBe(0o700);
    expect(statSync(join(root, "a")).mode & MODE_BITS).toBe(0o700);
  });

  it("refuses a path that is a file, or below one", () => {
    const file = join(root, "file");
    writeFileSync(file, "");
    expect(() => makeFolder(file)).toThrow(REFUSED);
    expect(() => makeFolder(join(file, "below"))).toThrow(REFUSED);
  });

  it("ends where the system refuses to make folders and denies those above", () => {
    expect(() => makeFolder("/proc/ganglion-none/state")).toThrow(REFUSED);
  });
});

describe("writing", () => {
  it("names the path that could not be written", async () => {
    const write = () => Promise.reject(new Error("disk full"));
    await expect(writing("/some/file", write)).rejects.toMatchObject({
      code: "RUNTIME_CANNOT_WRITE",
      message: expect.stringContaining("/some/file (disk full)"),
    });
  });
});
