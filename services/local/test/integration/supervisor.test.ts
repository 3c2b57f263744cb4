import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { LogFields, Logger } from "@ganglion/types";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Supervisor } from "../../src/io/supervisor.ts";

/** What a start of the program does: it comes up, and perhaps ends; `fail` names the code it gives. */
type Start =
  | "runs"
  | "never ends"
  | "runs, then crashes"
  | "crashes"
  | { readonly fail: string; readonly ready?: boolean };

const DEADLINE_MS = 20_000;

let folder: string;
let warnings: LogFields[];
let fatal: unknown[];
let readies: number;
let running: Supervisor[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ganglion-supervisor-"));
  warnings = [];
  fatal = [];
  readies = 0;
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((supervisor) => supervisor.stop(1_000)));
  rmSync(folder, { recursive: true, force: true });
});

function supervise(starts: readonly Start[], { vital = true } = {}): Supervisor {
  const main = join(folder, "main.mjs");
  writeFileSync(main, programOf(starts));
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (_message, fields) => void warnings.push(fields ?? {}),
    error: () => undefined,
    child: () => logger,
  };
  const logFile = join(folder, "log");
  const supervisor = new Supervisor(
    { name: "chain", main: pathToFileURL(main), configFile: "none", logFile, vital },
    { logger, onReady: () => void readies++, onFatal: (error) => void fatal.push(error) },
  );
  running.push(supervisor);
  return supervisor;
}

/** Does the n-th of `starts` at its n-th start, the last one ever after. */
function programOf(starts: readonly Start[]): string {
  return `import { appendFileSync, readFileSync } from "node:fs";
    const log = ${JSON.stringify(join(folder, "starts"))};
    appendFileSync(log, "x");
    const starts = ${JSON.stringify(starts)};
    const start = starts[Math.min(readFileSync(log, "utf8").length, starts.length) - 1];
    process.on("message", () => { if (start !== "never ends") process.exit(0); });
    const ready = (then) => process.send({ kind: "ready", facts: { port: 7 } }, then);
    const crash = () => process.exit(3);
    const fail = () => process.send({ kind: "failed", code: start.fail, message: "no" }, () => process.exit(1));
    if (start === "runs" || start === "never ends") ready(() => undefined);
    else if (start === "crashes") crash();
    else if (start === "runs, then crashes") ready(crash);
    else if (start.ready) ready(fail);
    else fail();`;
}

const startCount = (): number => readFileSync(join(folder, "starts"), "utf8").length;

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error("it did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("Supervisor", () => {
  it("tells when a program is ready, and that it was stopped", async () => {
    const supervisor = supervise(["runs"]);
    expect(supervisor.state).toBe("starting");
    await expect(supervisor.ready).resolves.toEqual({ port: 7 });
    expect([supervisor.state, readies]).toEqual(["running", 1]);
    await supervisor.stop(1_000);
    expect([supervisor.state, warnings, fatal]).toEqual(["stopped", [], []]);
  });

  it("kills a program that does not end when it is asked to", async () => {
    const supervisor = supervise(["never ends"]);
    await supervisor.ready;
    await supervisor.stop(50);
    expect(await supervisor.child.exited).toMatchObject({ code: null, signal: "SIGKILL" });
    expect([supervisor.state, fatal]).toEqual(["stopped", []]);
  });

  it("waits for an earlier chain that is still closing", async () => {
    const supervisor = supervise([{ fail: "CHAIN_STORE_HELD" }, "runs"]);
    await expect(supervisor.ready).resolves.toEqual({ port: 7 });
    expect(fatal).toEqual([]);
  });

  it("starts a fallen program again, later each time", async () => {
    const supervisor = supervise(["runs, then crashes"]);
    await until(() => warnings.length === 2);
    expect(warnings.map(({ delayMs }) => delayMs)).toEqual([1_000, 2_000]);
    expect([startCount(), readies, fatal]).toEqual([2, 2, []]);
    expect(supervisor.state).toBe("failed: ended with 3");
  });

  it("starts a program again that crashed before it was ready and said nothing", async () => {
    const supervisor = supervise(["crashes", "runs"]);
    await expect(supervisor.ready).rejects.toMatchObject({ code: "LOCAL_PROGRAM_FAILED" });
    await until(() => readies === 1);
    expect([supervisor.state, fatal]).toEqual(["running", []]);
  });

  it.each(["CLIENT_UNAVAILABLE", "INTERNAL"])(
    "starts a program again after %s, which may pass",
    async (code) => {
      supervise([{ fail: code }, "runs"]);
      await until(() => readies === 1);
      expect(warnings).toMatchObject([{ code }]);
      expect(fatal).toEqual([]);
    },
  );

  it("gives up at once on what the user must mend, with the program's own code and its name", async () => {
    const supervisor = supervise([{ fail: "CHAIN_STORE_CORRUPT" }]);
    await expect(supervisor.ready).rejects.toMatchObject({ code: "CHAIN_STORE_CORRUPT" });
    expect(fatal).toMatchObject([{ code: "CHAIN_STORE_CORRUPT", message: "chain: no" }]);
    expect([startCount(), supervisor.state]).toEqual([1, "failed: no"]);
  });

  it("gives up on a vital program that says why it ended, however late", async () => {
    supervise([{ fail: "CHAIN_STORE_WRITE_FAILED", ready: true }]);
    await until(() => fatal.length === 1);
    expect(fatal).toMatchObject([{ code: "CHAIN_STORE_WRITE_FAILED" }]);
    expect([startCount(), readies]).toEqual([1, 1]);
  });

  it("starts any other program again once it was ready, whatever it says", async () => {
    supervise([{ fail: "MINER_BAD_STATE", ready: true }, "runs"], { vital: false });
    await until(() => readies === 2);
    expect(fatal).toEqual([]);
  });

  it("does not start again what is stopped while it waits", async () => {
    const supervisor = supervise(["crashes"]);
    await until(() => warnings.length === 1);
    await supervisor.stop(1_000);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect([startCount(), supervisor.state]).toEqual([1, "stopped"]);
  });
});
