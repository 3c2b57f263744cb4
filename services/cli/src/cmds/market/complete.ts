import type { validator } from "@ganglion/wire";
import type { Command } from "commander";
import { withNetwork } from "../../network.ts";
import { parseWhole } from "../../options.ts";
import { printResult } from "../../output.ts";
import { askReports, type NamedValidator, openValidators } from "./validators.ts";

type CompleteOptions = {
  readonly bytes: string;
  readonly temperature: string;
  readonly seed: string;
  readonly validator?: string;
};

/** `ganglion complete "TEXT"`: the market's continuation and who made it. */
export function addComplete(parent: Command): void {
  parent
    .command("complete <text>")
    .description("continues a text by the market's mixture, and says which miners made it")
    .option("--bytes <n>", "bytes to write, at most 1024", "80")
    .option("--temperature <t>", "0 is greedy, at most 2", "0")
    .option("--seed <n>", "for temperatures above 0", "0")
    .option("--validator <name>", "which validator to ask (default: the one with the most domains)")
    .action((text: string, options: CompleteOptions, command: Command) =>
      withNetwork(command, async (network, { json }) => {
        const chosen = await mostVersed(openValidators(network, options.validator));
        if (chosen === undefined) return;
        const request = {
          prompt: new TextEncoder().encode(text),
          maxBytes: parseWhole(options.bytes, "--bytes"),
          temperature: Number(options.temperature),
          seed: BigInt(parseWhole(options.seed, "--seed")),
        };
        const { continuation, miners } = await collect(chosen.client.complete(request), !json, text);
        chosen.client.close();
        const shares = miners.map((m) => ({ name: network.nameOf(m.hotkey), uid: m.uid, share: m.share }));
        printResult(
          json,
          { validator: chosen.name, text, continuation, miners: shares },
          () =>
            `\n\nmade by ${shares
              .filter((m) => m.share >= 0.005)
              .map((m) => `${m.name} ${(m.share * 100).toFixed(0)} %`)
              .join(", ")}`,
        );
      }),
    );
}

/**
 * The validator that scored the most domains, of those that answer: one that never read French routes it badly. Closes
 * the others.
 */
async function mostVersed(validators: readonly NamedValidator[]): Promise<NamedValidator | undefined> {
  const answers = await askReports(validators);
  const domains = answers.map((answer) =>
    "report" in answer ? answer.report.domains.filter(({ scoredRows }) => scoredRows > 0).length : -1,
  );
  const chosen = validators[domains.indexOf(Math.max(...domains))];
  for (const other of validators) if (other !== chosen) other.client.close();
  return chosen;
}

/** Shows the text as it comes; keeps the shares of the last piece, largest first. */
async function collect(
  pieces: AsyncIterable<validator.CompleteResponse>,
  show: boolean,
  prompt: string,
): Promise<{ continuation: string; miners: readonly validator.MinerShare[] }> {
  const decoder = new TextDecoder();
  let continuation = "";
  let miners: readonly validator.MinerShare[] = [];
  if (show) process.stdout.write(prompt);
  for await (const piece of pieces) {
    const text = decoder.decode(piece.text, { stream: true });
    continuation += text;
    if (show) process.stdout.write(text);
    if (piece.miners.length > 0) miners = piece.miners;
  }
  return { continuation, miners: miners.toSorted((a, b) => b.share - a.share) };
}
