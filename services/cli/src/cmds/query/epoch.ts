import { renderTable } from "@ganglion/runtime/terminal";
import { formatGln, GanglionError } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { Command } from "commander";
import { withNetwork } from "../../network.ts";
import { parseWhole } from "../../options.ts";
import { printResult } from "../../output.ts";

/** `ganglion epoch [N] [--uid UID]`: why each neuron got what it got. */
export function addEpoch(parent: Command): void {
  parent
    .command("epoch [number]")
    .description("why each neuron got what it got in an epoch (default: the last finished one)")
    .option("--uid <uid>", "only this neuron")
    .action((number: string | undefined, options: { readonly uid?: string }, command: Command) =>
      withNetwork(command, async ({ client, nameOf }, { json }) => {
        const wanted = number === undefined ? undefined : parseWhole(number, "epoch");
        const one = options.uid === undefined ? {} : { uid: parseWhole(options.uid, "--uid") };
        const report = await client.epochReport(wanted, one);
        if (report === undefined)
          throw new GanglionError(
            "CLI_NO_EPOCH",
            "no report of that epoch: it has not ended, was pruned, or had no such uid",
          );
        const names = { ...report, neurons: report.neurons.map((n) => ({ ...n, name: nameOf(n.hotkey) })) };
        printResult(json, names, () => reportText(report, nameOf));
      }),
    );
}

function reportText(report: chain.EpochReport, nameOf: (hotkey: Uint8Array) => string): string {
  const nameOfUid = new Map(report.neurons.map((n) => [n.uid, nameOf(n.hotkey)]));
  const label = (uid: number): string => nameOfUid.get(uid) ?? `uid ${uid}`;
  const paid = report.neurons.filter((n) => n.minerEmission + n.validatorEmission + n.consensusEmission > 0n);
  return [
    `epoch ${report.epoch}, blocks ${report.firstHeight} to ${report.lastHeight}: ${report.countedBlocks} counted, ` +
      `${formatGln(report.minted)} GLN minted (miners ${formatGln(report.minersMinted)}, ` +
      `validators ${formatGln(report.validatorsMinted)}, consensus keys ${formatGln(report.consensusMinted)})`,
    renderTable([
      ["domain", "share", "counted", "stake that scored it"],
      ...report.domains.map((d) => [
        d.name,
        `${(d.sharePpm / 10_000).toFixed(1)} %`,
        percent(d.effectiveShare),
        percent(d.scoredStake),
      ]),
    ]),
    "",
    renderTable([
      ["uid", "name", "consensus", "incentive", "dividend", "as miner", "as validator", "as consensus key"],
      ...paid.map((n) => [
        String(n.uid),
        nameOf(n.hotkey),
        percent(n.consensus),
        percent(n.incentive),
        percent(n.dividend),
        formatGln(n.minerEmission),
        formatGln(n.validatorEmission),
        formatGln(n.consensusEmission),
      ]),
    ]),
    ...paid.filter((n) => n.contributions.length > 0).map((n) => contributionText(n, report, label)),
    ...(report.detailsOmitted
      ? ["\nwhat each validator said is too much for one answer: ask for one --uid"]
      : []),
  ].join("\n");
}

function contributionText(
  neuron: chain.EpochNeuron,
  report: chain.EpochReport,
  label: (uid: number) => string,
): string {
  const domainName = new Map(report.domains.map((d) => [d.id, d.name]));
  const views = neuron.contributions.map((c) => [
    label(c.validatorUid),
    domainName.get(c.domainId) ?? String(c.domainId),
    percent(c.weight),
    percent(c.clipped),
    percent(c.stakeShare),
  ]);
  return `\n${label(neuron.uid)}: what each validator said\n${renderTable([
    ["validator", "domain", "weight", "after clipping", "of active stake"],
    ...views,
  ])}`;
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(2)} %`;
}
