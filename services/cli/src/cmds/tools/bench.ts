import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";

const RUNNER = new URL("../../../../tooling/bench.mjs", import.meta.url);

/** `ganglion bench [NAME...]`: the benchmarks of this checkout. */
export function addBench(parent: Command): void {
  parent
    .command("bench [name...]")
    .description("benchmarks, as ratios within one run (needs the development packages)")
    .action(async (names: string[], _options: object, command: Command) => {
      const json = command.optsWithGlobals<{ json: boolean }>().json ? ["--json"] : [];
      const child = spawn(process.execPath, [fileURLToPath(RUNNER), ...names, ...json], { stdio: "inherit" });
      process.exitCode = await new Promise<number>((resolve) =>
        child.once("exit", (code) => resolve(code ?? 1)),
      );
    });
}
