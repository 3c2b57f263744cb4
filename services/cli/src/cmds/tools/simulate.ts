import { readFileSync } from "node:fs";
import { type EpochScenario, type EpochSimulation, simulateEpoch } from "@ganglion/ledger";
import { parseConfig } from "@ganglion/runtime/config";
import { renderTable } from "@ganglion/runtime/terminal";
import { asSpikes, formatGln, GanglionError, parseGln } from "@ganglion/types";
import type { Command } from "commander";
import { parse } from "yaml";
import { z } from "zod";
import { commonOptions } from "../../options.ts";
import { printResult } from "../../output.ts";

const amount = z.union([z.string(), z.number()]).transform((value) => parseGln(String(value)));
const u16 = z.int().min(0).max(65_535);
const weight = z.number().min(0);

const scenarioSchema = z.strictObject({
  validators: z.array(
    z.strictObject({
      name: z.string().min(1),
      /** GLN. */
      stake: amount,
      weights: z.record(z.string(), z.record(z.string(), weight)),
      active: z.boolean().optional(),
    }),
  ),
  miners: z.array(z.string().min(1)),
  domains: z.record(z.string(), z.number().positive()).optional(),
  epochs: z.int().min(1).max(10_000).optional(),
  /** GLN to split in each epoch. */
  emission: amount.optional(),
  params: z
    .strictObject({
      kappaU16: u16.optional(),
      bondsPenaltyU16: u16.optional(),
      bondsMovingAveragePpm: z.int().min(0).max(1_000_000).optional(),
      incentiveFrom: z.enum(["consensus", "rank"]).optional(),
    })
    .optional(),
});

/** `ganglion simulate epoch -f FILE`: who would get what, and why. */
export function addSimulate(parent: Command): void {
  parent
    .command("simulate")
    .description("plays the ledger's rules over a scenario, without a network")
    .command("epoch")
    .description("consensus over the weights of a YAML scenario: who gets what, and why")
    .requiredOption("-f, --file <file>", "validators with stake (GLN) and weights, miners, domains, epochs")
    .action((options: { file: string }, command: Command) => {
      const { json } = commonOptions(command);
      const result = simulateEpoch(readScenario(options.file));
      printResult(json, result, () => simulationText(result));
    });
}

function readScenario(path: string): EpochScenario {
  let value: unknown;
  try {
    value = parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new GanglionError(
      "CLI_NO_FILE",
      `cannot read ${path} as YAML: ${String(cause)}`,
      { path },
      { cause },
    );
  }
  const scenario = parseConfig(scenarioSchema, value, path);
  const params = Object.entries(scenario.params ?? {}).filter(([, setting]) => setting !== undefined);
  return {
    validators: scenario.validators.map(({ stake, active, ...validator }) => ({
      ...validator,
      stakeSpikes: stake,
      ...(active !== undefined && { active }),
    })),
    miners: scenario.miners,
    ...(scenario.domains && { domains: scenario.domains }),
    ...(scenario.epochs !== undefined && { epochs: scenario.epochs }),
    ...(scenario.emission !== undefined && { emissionSpikes: asSpikes(scenario.emission) }),
    params: Object.fromEntries(params),
  };
}

function simulationText({ domains, neurons }: EpochSimulation): string {
  const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)} %`;
  const names = new Map(neurons.map((n) => [n.uid, n.name]));
  const views = neurons.flatMap((n) =>
    n.contributions.map((c) => [
      n.name,
      names.get(c.validatorUid) ?? String(c.validatorUid),
      domains[c.domainId]?.name ?? String(c.domainId),
      percent(c.weight),
      percent(c.clipped),
    ]),
  );
  return [
    renderTable([
      ["domain", "scored by stake", "counts"],
      ...domains.map((d) => [d.name, percent(d.coverage), percent(d.countedShare)]),
    ]),
    renderTable([
      ["name", "kind", "stake", "consensus", "incentive", "dividend", "emission"],
      ...neurons.map((n) => [
        n.name,
        n.kind,
        percent(n.stakeShare),
        percent(n.consensus),
        percent(n.incentive),
        percent(n.dividends),
        formatGln(n.emissionSpikes),
      ]),
    ]),
    renderTable([["miner", "validator", "domain", "weight", "after clipping"], ...views]),
  ].join("\n\n");
}
