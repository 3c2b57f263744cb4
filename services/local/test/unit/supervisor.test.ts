import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Logger } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { Supervisor } from "../../src/io/supervisor.ts";

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

/** A program that fails with each code in turn, then is ready. */
function program(codes: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "ganglion-supervisor-"));
  const main = join(folder, "main.mjs");
  writeFileSync(
    main,
    `import { appendFileSync, readFileSync } from "node:fs";
    const starts = ${JSON.stringify(join(folder, "starts"))};
    appendFileSync(starts, "x");
    const code = ${JSON.stringify(codes)}[readFileSync(starts, "utf8").length - 1];
    process.on("message", () => process.exit(0));
    if (code === undefined) process.send({ kind: "ready", facts: { port: 7 } });
    else process.send({ kind: "failed", code, message: "no" }, () => process.exit(1));`,
  );
  const logFile = join(folder, "log");
  return { name: "chain", main: pathToFileURL(main), configFile: "none", logFile, vital: true };
}

describe("Supervisor", () => {
  it("waits for an earlier chain that is still closing", async () => {
    const fatal: unknown[] = [];
    const supervisor = new Supervisor(program(["CHAIN_STORE_HELD"]), {
      logger: silent,
      onReady: () => undefined,
      onFatal: (error) => fatal.push(error),
    });
    await expect(supervisor.ready).resolves.toEqual({ port: 7 });
    expect(fatal).toEqual([]);
    await supervisor.stop(1_000);
  });

  it("gives up at once on what the user must mend", async () => {
    const fatal: unknown[] = [];
    const supervisor = new Supervisor(program(["CHAIN_STORE_CORRUPT"]), {
      logger: silent,
      onReady: () => undefined,
      onFatal: (error) => fatal.push(error),
    });
    await expect(supervisor.ready).rejects.toMatchObject({ code: "CHAIN_STORE_CORRUPT" });
    expect(fatal).toMatchObject([{ code: "CHAIN_STORE_CORRUPT" }]);
  });
});
