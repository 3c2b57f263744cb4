import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ChildProgram } from "../../src/io/childProgram.ts";
import { holdLock } from "../../src/io/holdLock.ts";
import { isAlive, readProcess } from "../../src/io/processes.ts";
import { runCommand, tryCommand } from "../../src/io/runCommand.ts";
import { waitUntil } from "../../src/io/waitUntil.ts";

describe("programs of the harness", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ganglion-cluster-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("can be stopped and started again", async () => {
    const program = new ChildProgram({ name: "s", command: "sleep", args: ["60"], log: join(folder, "log") });
    program.start();
    expect(program.isRunning).toBe(true);
    await program.stop();
    expect(program.pid).toBeUndefined();
    program.start();
    expect(program.isRunning).toBe(true);
    await program.stop("SIGKILL");
  });

  it("say the end of their log when they have ended", async () => {
    const program = new ChildProgram({
      name: "shell",
      command: "sh",
      args: ["-c", "echo no such flag; exit 1"],
      log: join(folder, "log"),
    });
    program.start();
    await waitUntil(() => !program.isRunning, { what: "end", withinMs: 10_000 });
    expect(() => program.assertRunning()).toThrow("no such flag");
  });

  it("are named by their start too, so that another one with the same number is another one", () => {
    const own = readProcess(process.pid);
    if (own === undefined) throw new Error("this process is not there");
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, startTicks: own.startTicks - 1 })).toBe(false);
  });

  it("hand a lock on in turn", async () => {
    const path = join(folder, "lock");
    const release = await holdLock(path, () => undefined);
    const second = holdLock(path, () => undefined);
    const { code } = await tryCommand("flock", ["--nonblock", path, "true"]);
    expect(code).not.toBe(0);
    release();
    (await second)();
  });

  it("are killed when they take longer than allowed", async () => {
    await expect(runCommand("sleep", ["60"], { deadlineMs: 50 })).rejects.toMatchObject({
      code: "CLUSTER_COMMAND",
    });
  });
});
