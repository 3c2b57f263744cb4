import { renderTable } from "@ganglion/runtime/terminal";
import { bytesToHex, formatGln } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { Command } from "commander";
import { type Network, withNetwork } from "../../network.ts";
import { printResult } from "../../output.ts";

const KEY_DIGITS = 12;
const PERCENT_STEPS = 10_000n;

/** `ganglion consensus`: who signs blocks, with which power, and how well. */
export function addConsensus(parent: Command): void {
  parent
    .command("consensus")
    .description("consensus keys: power, stake, jail, and the part of this epoch's blocks that they signed")
    .action((_options: object, command: Command) =>
      withNetwork(command, async (network, common) => {
        const keys = await network.client.consensusKeys();
        printResult(common.json, { keys }, () => keysText(network, keys));
      }),
    );
}

function keysText({ nameOf }: Network, keys: readonly chain.ConsensusKey[]): string {
  const total = keys.reduce((sum, { power }) => sum + power, 0n);
  const rows = keys.map((key) => [
    nameOf(key.hotkey),
    bytesToHex(key.consensusKey).slice(0, KEY_DIGITS),
    percent(key.power, total),
    formatGln(key.stake),
    percent(BigInt(key.signedBlocks), BigInt(key.seenBlocks)),
    stateText(key),
  ]);
  return renderTable([["name", "key", "power", "stake", "signed", "state"], ...rows]);
}

function percent(part: bigint, whole: bigint): string {
  return whole === 0n ? "-" : `${(Number((part * PERCENT_STEPS) / whole) / 100).toFixed(2)} %`;
}

function stateText(key: chain.ConsensusKey): string {
  if (key.tombstoned) return "barred for a proven fault";
  if (key.jailed)
    return `jailed to height ${key.jailedUntilHeight} and ${new Date(key.jailedUntilMs).toISOString()}`;
  if (!key.bound) return "given up";
  if (key.power > 0n) return "votes";
  return key.genesis ? "may fill up the set" : "waits for power";
}
