import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { NodeProcess } from "../../src/engine/cometbft/nodeProcess.ts";
import { newFolder } from "../gen/runChain.ts";

/** Takes the node's arguments and lives until it is ended. */
const PROGRAM = "#!/bin/sh\nwhile :; do sleep 0.1; done\n";

describe("a node's process", () => {
  it("ends the one that a killed program left over the same folder, and no other", async () => {
    const root = newFolder();
    const binary = join(root, "program");
    writeFileSync(binary, PROGRAM, { mode: 0o700 });
    const [home, other] = [join(root, "home"), join(root, "home2")];
    for (const folder of [home, other]) mkdirSync(folder);
    const [leftover, stranger] = [home, other].map((folder) =>
      spawn(binary, ["start", "--home", folder], { stdio: "ignore" }),
    );
    if (leftover === undefined || stranger === undefined) throw new RangeError("nothing was started");
    const ended = once(leftover, "exit");

    const node = await NodeProcess.start(binary, home);

    expect((await ended)[1]).toBe("SIGKILL");
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    node.kill();
    stranger.kill("SIGKILL");
    await Promise.all([node.exited, once(stranger, "exit")]);
    rmSync(root, { recursive: true });
  });
});
