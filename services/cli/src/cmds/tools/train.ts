import { basename, resolve } from "node:path";
import { parseConfig } from "@ganglion/runtime/config";
import { createLogger } from "@ganglion/runtime/log";
import type { Command } from "commander";
import { loadSigner } from "../../network.ts";
import { commonOptions, parseWhole } from "../../options.ts";
import { printResult } from "../../output.ts";
import { parseTextSource } from "./textSource.ts";

type TrainOptions = {
  readonly text: string;
  readonly out: string;
  readonly name?: string;
  readonly steps?: string;
  readonly seed?: string;
  readonly threads: string;
  readonly sign?: string;
  readonly passwordFile?: string;
  readonly fresh: boolean;
};

type Progress = {
  readonly step: number;
  readonly steps: number;
  readonly trainBits: number;
  readonly heldOutBits?: number;
  readonly etaMs: number;
};

const BAR_CELLS = 30;

/** `ganglion train --text TEXT --out DIR`: a byte-level expert; again continues it. */
export function addTrain(parent: Command): void {
  parent
    .command("train")
    .description("trains an expert from text; stopped with Ctrl-C it continues when called again")
    .requiredOption(
      "--text <source>",
      "a file, a folder, or corpus:DOMAIN (en, de, fr, code, es, pt, ru, ja, zh)",
    )
    .requiredOption("--out <dir>", "model folder")
    .option("--name <name>", "name on the model's card (default: the folder's)")
    .option("--steps <n>", "training steps")
    .option("--seed <n>", "decides the start and the order of the text")
    .option("--threads <n>", "processor threads", "2")
    .option("--sign <key>", "stored key that signs the model's card (default: a key of the model folder)")
    .option("--password-file <file>", "file whose first line is that key's password")
    .option("--fresh", "forget an earlier training in the folder", false)
    .action(async (options: TrainOptions, command: Command) => {
      const common = commonOptions(command);
      const { json } = common;
      const { startTrainer, trainerOptionsSchema } = await import("@ganglion/local");
      const modelDir = resolve(options.out);
      const settings = parseConfig(
        trainerOptionsSchema,
        {
          name: options.name ?? basename(modelDir),
          text: parseTextSource(options.text),
          modelDir,
          threads: parseWhole(options.threads, "--threads"),
          fresh: options.fresh,
          ...(options.steps !== undefined && { steps: parseWhole(options.steps, "--steps") }),
          ...(options.seed !== undefined && { seed: parseWhole(options.seed, "--seed") }),
        },
        "the training's options",
      );
      const { sign, passwordFile } = options;
      const signer = sign === undefined ? undefined : await loadSigner(common, sign, passwordFile);
      const stop = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
      const progress = (state: Progress): void => showProgress(state, json);
      const modules = {
        logger: createLogger({ level: "warn" }),
        progress,
        signal: stop.signal,
        ...(signer && { signer }),
      };
      const trainer = await startTrainer(settings, modules);
      const card = await trainer.done;
      if (process.stderr.isTTY) process.stderr.write("\n");
      printResult(json, { modelDir, finished: !stop.signal.aborted, card }, () =>
        card === undefined
          ? "stopped before the first version; the same command continues"
          : `${modelDir}: ${card.heldOutBitsPerByte.toFixed(3)} bits a byte held out after ${card.trainedSteps} steps, ` +
            `${card.parameterCount.toLocaleString("en")} parameters; card signed by ${card.signer}`,
      );
    });
}

function showProgress({ step, steps, trainBits, heldOutBits, etaMs }: Progress, json: boolean): void {
  if (json || !process.stderr.isTTY) return;
  const done = Math.floor((step / steps) * BAR_CELLS);
  const bar = `${"#".repeat(done)}${".".repeat(BAR_CELLS - done)}`;
  const heldOut = heldOutBits === undefined ? "" : `  held out ${heldOutBits.toFixed(3)}`;
  process.stderr.write(
    `\r[${bar}] ${step}/${steps}  ${trainBits.toFixed(3)} bits a byte${heldOut}  ${Math.ceil(etaMs / 1000)} s left   `,
  );
}
