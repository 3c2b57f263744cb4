import { resolve } from "node:path";
import { createLogger } from "@ganglion/runtime/log";
import type { Command } from "commander";
import { commonOptions } from "../../options.ts";
import { printResult } from "../../output.ts";
import { parseTextSource } from "./textSource.ts";

type EvaluateFlags = {
  readonly model: string;
  readonly text: string;
  readonly windows?: string;
  readonly domain?: string;
};

/** `ganglion evaluate --model DIR --text TEXT [--windows FILE]`: a model's own head, alone. */
export function addEvaluate(parent: Command): void {
  parent
    .command("evaluate")
    .description("a model's own bits a byte on a text, or on the rows that a validator logged")
    .requiredOption("--model <dir>", "model folder")
    .requiredOption("--text <source>", "a file, a folder, or corpus:DOMAIN (its held-back part)")
    .option("--windows <file>", "a validator's row log: compares the market and the model row by row")
    .option("--domain <name>", "with --windows: the domain that the text is of, where the log has several")
    .action(async (options: EvaluateFlags, command: Command) => {
      const { json } = commonOptions(command);
      const { evaluateModel } = await import("@ganglion/local");
      const result = await evaluateModel(
        {
          modelDir: resolve(options.model),
          text: parseTextSource(options.text),
          ...(options.windows !== undefined && { windows: resolve(options.windows) }),
          ...(options.domain !== undefined && { domain: options.domain }),
        },
        createLogger({ level: "warn" }),
      );
      const { rows, card } = result;
      printResult(json, result, () =>
        rows === undefined
          ? `${card.name}: ${result.bitsPerByte.toFixed(3)} bits a byte over ${result.bytes} bytes ` +
            `(${result.lateBitsPerByte.toFixed(3)} after 64 bytes of context)`
          : `${card.name}: ${rows.singleBitsPerByte.toFixed(3)} bits a byte, the market ` +
            `${rows.jointBitsPerByte.toFixed(3)}, on ${rows.count} rows (${rows.skipped} of other text)`,
      );
    });
}
