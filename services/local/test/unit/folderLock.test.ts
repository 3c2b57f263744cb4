import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { lockFolder } from "../../src/io/folderLock.ts";

const NOW = "2026-01-01T00:00:00.000Z";

function folder() {
  const root = mkdtempSync(join(tmpdir(), "ganglion-lock-"));
  return { root, lock: join(root, "lock") };
}

describe("lockFolder", () => {
  it("holds the folder until it is released", () => {
    const { root, lock } = folder();
    const release = lockFolder(root, NOW);
    expect(() => lockFolder(root, NOW)).toThrow(expect.objectContaining({ code: "LOCAL_FOLDER_HELD" }));
    release();
    expect(existsSync(lock)).toBe(false);
    lockFolder(root, NOW)();
  });

  it("takes over the lock of another process that had this id", () => {
    const { root, lock } = folder();
    const other = { pid: process.pid, startedAt: NOW, command: "gone", processStart: "1" };
    writeFileSync(lock, JSON.stringify(other));
    lockFolder(root, NOW);
    expect(readFileSync(lock, "utf8")).not.toContain("gone");
    expect(readdirSync(root)).toEqual(["lock"]);
  });

  it("takes over a lock that names no process", () => {
    const { root, lock } = folder();
    writeFileSync(lock, "");
    lockFolder(root, NOW);
    expect(readFileSync(lock, "utf8")).toContain(String(process.pid));
  });

  it("leaves another user's lock alone", () => {
    const { root, lock } = folder();
    writeFileSync(lock, JSON.stringify({ pid: 1, startedAt: NOW, command: "init", processStart: "x" }));
    const kill = process.kill;
    process.kill = () => {
      throw Object.assign(new Error("not permitted"), { code: "EPERM" });
    };
    try {
      expect(() => lockFolder(root, NOW)).toThrow(/in use by process 1 \(init/);
    } finally {
      process.kill = kill;
    }
  });
});
