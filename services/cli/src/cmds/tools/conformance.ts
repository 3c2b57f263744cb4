import { readFileSync } from "node:fs";
import { runConformanceFile } from "@ganglion/ledger";
import { GanglionError } from "@ganglion/types";
import type { Command } from "commander";
import { commonOptions } from "../../options.ts";
import { table, toJson } from "../../output.ts";

/** `ganglion conformance FILE... [--only KIND]`: this ledger's numbers against numeric cases. */
export function addConformance(parent: Command): void {
  parent
    .command("conformance <file...>")
    .description("checks the ledger's arithmetic against files of numeric cases; exits 1 if any differs")
    .option("--only <kind>", "only cases of this kind (file id + top key)")
    .action((files: string[], options: { only?: string }, command: Command) => {
      const { json } = commonOptions(command);
      const results = files.map((path) => ({ path, ...runFile(path, options.only) }));
      for (const { path, file, cases } of results)
        process.stdout.write(json ? `${toJson({ file, cases })}\n` : `${fileText(path, cases)}\n`);
      if (results.some(({ cases }) => cases.some((one) => !one.pass))) process.exitCode = 1;
    });
}

type FileResult = ReturnType<typeof runConformanceFile>;

function runFile(path: string, only: string | undefined): FileResult {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new GanglionError("CLI_NO_FILE", `cannot read ${path}`, { path }, { cause });
  }
  return runConformanceFile(path, text, only === undefined ? {} : { only });
}

function fileText(path: string, cases: FileResult["cases"]): string {
  const rows = cases.map((one) => [
    one.pass ? "pass" : "FAIL",
    one.kind,
    one.name,
    one.maxError.toExponential(1),
  ]);
  return `${path}\n${table([["", "kind", "case", "largest error"], ...rows])}`;
}
