import { renderTable } from "@ganglion/runtime/terminal";
import type { validator } from "@ganglion/wire";
import type { Command } from "commander";
import { type Network, withNetwork } from "../../network.ts";
import { printResult } from "../../output.ts";
import { type Answer, askReports, openValidators } from "./validators.ts";

/** `ganglion validator report [NAME]`. */
export function addValidator(parent: Command): void {
  parent
    .command("validator")
    .description("what the running validators measure")
    .command("report [name]")
    .description("quality, routing, scores and health of each miner, by domain")
    .action((name: string | undefined, _options: object, command: Command) =>
      withNetwork(command, async (network, { json }) => {
        const validators = openValidators(network, name);
        const answers = await askReports(validators);
        for (const { client } of validators) client.close();
        printResult(json, answers, () => answers.map((answer) => answerText(network, answer)).join("\n\n"));
      }),
    );
}

function answerText(network: Network, answer: Answer): string {
  if ("report" in answer) return reportText(network, answer.name, answer.report);
  return `${answer.name}: no report: ${answer.error.message}  [${answer.error.code}]`;
}

function reportText(network: Network, name: string, report: validator.Report): string {
  const head = `${name}: ${report.steps} steps, ${report.stepMs.toFixed(0)} ms a step, epoch ${report.epoch}`;
  return [
    head,
    ...outdatedText(report),
    ...report.domains.map((domain) => domainText(network, domain)),
    healthText(network, report),
  ].join("\n");
}

function outdatedText({ weightsVersion, weightsVersionNeeded }: validator.Report): string[] {
  if (weightsVersion >= weightsVersionNeeded) return [];
  return [
    `TOO OLD: the ledger takes weights of version ${weightsVersionNeeded} on, this validator's are of ${weightsVersion}: update it`,
  ];
}

function domainText(network: Network, domain: validator.DomainReport): string {
  const rows = domain.miners.map((miner) => [
    network.nameOf(miner.hotkey),
    `${(miner.routing * 100).toFixed(1)} %`,
    miner.score.toFixed(4),
    miner.leaveOneOut.toFixed(4),
    miner.fisher.toFixed(4),
    miner.ownBitsPerByte.toFixed(3),
    `${(miner.weight * 100).toFixed(1)} %`,
    miner.groupUid === miner.uid ? "" : `copy of uid ${miner.groupUid}`,
  ]);
  return [
    `\n${domain.name}: joint ${domain.jointBitsPerByte.toFixed(3)} bits a byte, best single ` +
      `${domain.bestSingleBitsPerByte.toFixed(3)}; ${domain.scoredRows} rows scored, ${domain.scoringBytesLeft} bytes left`,
    renderTable([
      ["miner", "routing", "score", "leave one out", "fisher", "own bits", "weight", "group"],
      ...rows,
    ]),
  ].join("\n");
}

function healthText(network: Network, report: validator.Report): string {
  const rows = report.miners.map((miner) => [
    network.nameOf(miner.hotkey),
    String(miner.answered),
    String(miner.failed),
    `${miner.latencyMs.toFixed(0)} ms`,
    miner.capacityContextsPerSecond.toFixed(0),
    miner.lastFault || "-",
  ]);
  return `\n${renderTable([["miner", "answered", "failed", "latency", "contexts/s", "last fault"], ...rows])}`;
}
