import { readFileSync } from "node:fs";
import {
  type EpochScenario,
  type EpochSimulation,
  SCENARIO_MODES,
  type ScenarioMode,
  simulateEpoch,
} from "@ganglion/ledger";
import { parseConfig } from "@ganglion/runtime/config";
import { renderTable } from "@ganglion/runtime/terminal";
import { asSpikes, formatGln, GanglionError, parseGln } from "@ganglion/types";
import { type Command, Option } from "commander";
import { parse } from "yaml";
import { z } from "zod";
import { commonOptions } from "../../options.ts";
import { printResult } from "../../output.ts";

const amount = z.union([z.string(), z.number()]).transform((value) => parseGln(String(value)));
const u16 = z.int().min(0).max(65_535);
const weight = z.number().min(0);
const part = z.number().min(0).max(1);
const ppm = z.int().min(0).max(1_000_000);
const slope = z.number().min(0).max(1_000);

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
  mode: z.enum(SCENARIO_MODES).optional(),
  params: z
    .strictObject({
      kappaU16: u16.optional(),
      bondsPenaltyU16: u16.optional(),
      bondsMovingAveragePpm: ppm.optional(),
      incentiveFrom: z.enum(["consensus", "rank"]).optional(),
    })
    .optional(),
  liquidAlpha: z
    .strictObject({ low: part.optional(), high: part.optional(), steepness: slope.optional() })
    .optional(),
  sigmoid: z
    .strictObject({
      rho: slope.optional(),
      kappa: part.optional(),
      selfOwnership: part.optional(),
      bondsMovingAveragePpm: ppm.optional(),
      decay: z.enum(["weighted", "all"]).optional(),
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
    .addOption(
      new Option("--mode <mode>", "the file's mode, or classic, if left out").choices([...SCENARIO_MODES]),
    )
    .action((options: { file: string; mode?: ScenarioMode }, command: Command) => {
      const { json } = commonOptions(command);
      const scenario = readScenario(options.file);
      const result = simulateEpoch(
        options.mode === undefined ? scenario : { ...scenario, mode: options.mode },
      );
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
    ...(scenario.mode && { mode: scenario.mode }),
    params: given(scenario.params),
    liquidAlpha: given(scenario.liquidAlpha),
    sigmoid: given(scenario.sigmoid),
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Settings without those that the file leaves out. */
function given<T extends object>(settings: T | undefined): Given<T> {
  return Object.fromEntries(
    Object.entries(settings ?? {}).filter(([, setting]) => setting !== undefined),
  ) as Given<T>;
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
