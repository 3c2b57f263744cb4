import { encodeAddress } from "@ganglion/keys";
import { renderTable } from "@ganglion/runtime/terminal";
import {
  decodeProposalContent,
  formatGln,
  PARAMETER_NAMES,
  type ProposalContent,
  parseAddressBytes,
} from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { Command } from "commander";
import { type Network, withNetwork } from "../../network.ts";
import { printResult } from "../../output.ts";

/** `ganglion proposals`: what is proposed, and how the votes stand. */
export function addProposals(parent: Command): void {
  parent
    .command("proposals")
    .description("what is proposed to all stake, and how the votes stand")
    .action((_options: object, command: Command) =>
      withNetwork(command, async (network, { json }) => {
        const answer = await network.client.governance();
        const proposals = answer.proposals.map((proposal) => ({
          ...proposal,
          content: decodeProposalContent(proposal.content),
        }));
        printResult(json, { ...answer, proposals }, () => governanceText(network, answer));
      }),
    );
}

function governanceText(network: Network, answer: chain.GetGovernanceResponse): string {
  const { round, roundEnds, roundStake, upgradeHeight, upgradeName, proposals } = answer;
  if (round === 0) return "governance begins when the bootstrap has ended";
  const lines = [
    `round ${round} ends with the epoch of block ${roundEnds}; ${formatGln(roundStake)} GLN vote`,
  ];
  if (upgradeHeight > 0) lines.push(`upgrade ${upgradeName} at block ${upgradeHeight}`);
  const rows = proposals.map((proposal) => [
    String(proposal.id),
    proposal.status + (proposal.unlocksAtHeight > 0 ? ` until ${proposal.unlocksAtHeight}` : ""),
    contentText(network, decodeProposalContent(proposal.content)),
    formatGln(proposal.yes),
    formatGln(proposal.no),
    encodeAddress(parseAddressBytes(proposal.proposer)),
  ]);
  const head = ["id", "status", "what", "yes", "no", "proposer"];
  return [...lines, rows.length === 0 ? "nothing is proposed" : renderTable([head, ...rows])].join("\n");
}

function contentText({ nameOf }: Network, content: ProposalContent): string {
  switch (content.kind) {
    case "params":
      return content.changes.map(({ param, value }) => `${PARAMETER_NAMES[param]} = ${value}`).join(", ");
    case "domains":
      return content.domains.map(({ name, sharePpm }) => `${name} ${sharePpm / 10_000} %`).join(", ");
    case "expel":
      return `expel ${nameOf(content.hotkey)}`;
    case "upgrade":
      return `upgrade ${content.name} at ${content.height}`;
    case "charter":
      return `charter of ${content.text.length} bytes`;
  }
}
