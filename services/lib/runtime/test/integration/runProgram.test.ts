import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type ChildMessage, parseChildMessage } from "../../src/program/index.ts";

const main = new URL("./echoChild.ts", import.meta.url).pathname;
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "program-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function start(config: string): ChildProcess {
  const path = join(folder, "config.json");
  writeFileSync(path, config);
  return fork(main, [path], { silent: true });
}

function message(child: ChildProcess): Promise<ChildMessage | undefined> {
  return new Promise((resolve) =>
    child.once("message", (value: unknown) => resolve(parseChildMessage(value))),
  );
}

function exit(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}

describe("runProgram", () => {
  it("reports ready with its facts, answers metrics and stops when asked", async () => {
    const child = start('{"port": 7}');
    expect(await message(child)).toEqual({ kind: "ready", facts: { port: 7 } });
    child.send({ kind: "metrics" });
    expect(await message(child)).toMatchObject({ kind: "metrics" });
    child.send({ kind: "stop" });
    expect(await exit(child)).toBe(0);
  });

  it("stops when its parent goes away", async () => {
    const child = start('{"port": 7}');
    await message(child);
    child.disconnect();
    expect(await exit(child)).toBe(0);
  });

  it("names the wrong field of its configuration and exits with 1", async () => {
    const child = start('{"port": "x"}');
    const ended = exit(child);
    expect(await message(child)).toMatchObject({ kind: "failed", code: "CONFIG_INVALID" });
    expect(await ended).toBe(1);
  });
});
