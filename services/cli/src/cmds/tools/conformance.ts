import { readFileSync } from "node:fs";
import { assertConformanceKind, type ConformanceResult, runConformanceFile } from "@ganglion/ledger";
import { renderTable } from "@ganglion/runtime/terminal";
import { errorCode, errorMessage, GanglionError } from "@ganglion/types";
import type { Command } from "commander";
import { commonOptions } from "../../options.ts";
import { toJson } from "../../output.ts";

/** `ganglion conformance FILE... [--only KIND]`: this ledger's numbers against numeric cases. */
export function addConformance(parent: Command): void {
  parent
    .command("conformance <file...>")
    .description(
      "checks the ledger's arithmetic against files of numeric cases; exits 1 if any differs, a file has a kind that it does not know, or nothing of the chosen kind was compared",
    )
    .option("--only <kind>", "only cases of this kind (file id + top key)")
    .action((files: string[], options: { only?: string }, command: Command) => {
      const { json } = commonOptions(command);
      if (options.only !== undefined) assertConformanceKind(options.only);
      let compared = 0;
      for (const path of files) {
        const outcome = runFile(path, options.only);
        process.stdout.write(`${json ? toJson(outcome) : textOf(outcome)}\n`);
        if ("error" in outcome || outcome.cases.some(({ pass }) => !pass)) process.exitCode = 1;
        if ("cases" in outcome) compared += outcome.cases.length;
      }
      if (options.only !== undefined && compared === 0) throw noCase(options.only);
    });
}

/** A file that cannot be judged fails by itself: the others are still run. */
type Outcome =
  | ConformanceResult
  | { readonly file: string; readonly error: string; readonly message: string };

function runFile(file: string, only: string | undefined): Outcome {
  try {
    return runConformanceFile(file, readText(file), only === undefined ? {} : { only });
  } catch (error) {
    const code = errorCode(error);
    if (code === "INTERNAL") throw error;
    return { file, error: code, message: errorMessage(error) };
  }
}

function noCase(only: string): GanglionError {
  return new GanglionError(
    "CONFORMANCE_NO_CASE",
    `no file has a case of ${only}: give the file that its name begins with`,
    {
      only,
    },
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new GanglionError("CLI_NO_FILE", `cannot read ${path}`, { path }, { cause });
  }
}

function textOf(outcome: Outcome): string {
  if ("error" in outcome) return `FAIL  ${outcome.message}`;
  const { file, cases, skipped } = outcome;
  const rows = cases.map((one) => [
    one.pass ? "pass" : "FAIL",
    one.kind,
    one.name,
    one.maxError.toExponential(1),
  ]);
  const lines = [file, ...skipped.map((kind) => `skipped: no rule  ${kind}`)];
  if (rows.length > 0) lines.push(renderTable([["", "kind", "case", "largest error"], ...rows]));
  return lines.join("\n");
}
