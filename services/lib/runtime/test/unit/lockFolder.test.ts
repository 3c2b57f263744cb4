import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GanglionError } from "@ganglion/types";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { lockFolder } from "../../src/lock/index.ts";

const OTHER = { pid: process.pid, startedAt: "2026-01-01T00:00:00.000Z", command: "gone", processStart: "1" };

describe("lockFolder", () => {
  let root: string;
  let lock: string;
  const take = () =>
    lockFolder(root, {
      fileName: "some.lock",
      held: ({ pid, command }) => new GanglionError("TEST_HELD", `held by ${pid} ${command}`),
    });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "ganglion-lock-"));
    lock = join(root, "some.lock");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("holds the folder until it is released", () => {
    const release = take();
    expect(take).toThrow(expect.objectContaining({ code: "TEST_HELD" }));
    expect(take).toThrow(`held by ${process.pid}`);
    release();
    expect(existsSync(lock)).toBe(false);
    take()();
  });

  it("takes over the lock of another process that had this id", () => {
    writeFileSync(lock, JSON.stringify(OTHER));
    take();
    expect(readFileSync(lock, "utf8")).not.toContain("gone");
    expect(readdirSync(root)).toEqual(["some.lock"]);
  });

  it("takes over the lock of a process that ended", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(lock, JSON.stringify({ ...OTHER, pid }));
    take();
    expect(JSON.parse(readFileSync(lock, "utf8"))).toMatchObject({ pid: process.pid });
  });

  it("takes over a lock that names no process", () => {
    writeFileSync(lock, "");
    take();
    expect(readFileSync(lock, "utf8")).toContain(String(process.pid));
  });

  it("leaves another user's lock alone", () => {
    writeFileSync(lock, JSON.stringify({ ...OTHER, pid: 1, command: "init", processStart: "x" }));
    const kill = process.kill;
    process.kill = () => {
      throw Object.assign(new Error("not permitted"), { code: "EPERM" });
    };
    try {
      expect(take).toThrow("held by 1 init");
      expect(readdirSync(root)).toEqual(["some.lock"]);
    } finally {
      process.kill = kill;
    }
  });

  it("says so when the folder cannot be written", () => {
    root = join(root, "gone");
    expect(take).toThrow(expect.objectContaining({ code: "RUNTIME_CANNOT_WRITE" }));
  });
});
