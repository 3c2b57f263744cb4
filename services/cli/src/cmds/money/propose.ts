import { readFileSync } from "node:fs";
import {
  asHeight,
  GanglionError,
  PARAMETER_NAMES,
  type ParameterChange,
  type ProposalContent,
} from "@ganglion/types";
import type { Command } from "commander";
import type { Network } from "../../network.ts";
import { parsePercent, parseWhole } from "../../options.ts";
import { findHotkey } from "./findHotkey.ts";
import { type SignedOptions, sendSigned, signedCommand } from "./signedCommand.ts";

const HAS_STAKE = "name of the stored key that has stake";

/** `ganglion propose params|domains|expel|upgrade|charter ... --from KEY`: what all stake then votes on. */
export function addPropose(parent: Command): void {
  const group = parent.command("propose").description("proposes something to all stake");
  const add = (name: string, description: string): Command =>
    signedCommand(group.command(name), HAS_STAKE).description(description);
  add("params <name=value...>", "to change parameters, in the ledger's own units").action(
    (texts: string[], options: SignedOptions, command: Command) => {
      const changes = texts.map(parseChange).sort((a, b) => a.param - b.param);
      return send(command, options, async () => ({ kind: "params", changes }));
    },
  );
  add("domains <name=percent...>", "to give all domains, in their order, these shares").action(
    (texts: string[], options: SignedOptions, command: Command) => {
      const domains = texts.map(parseDomain);
      return send(command, options, async () => ({ kind: "domains", domains }));
    },
  );
  add("expel <uid|name|hotkey>", "to take a neuron's slot; its stake stays").action(
    (target: string, options: SignedOptions, command: Command) =>
      send(command, options, async (network) => ({
        kind: "expel",
        hotkey: await findHotkey(network, target),
      })),
  );
  add("upgrade <name>", "to go on by other rules from a height on")
    .requiredOption("--height <height>", "the first block by them")
    .action((name: string, options: SignedOptions & { readonly height: string }, command: Command) => {
      const height = asHeight(parseWhole(options.height, "--height"));
      return send(command, options, async () => ({ kind: "upgrade", height, name }));
    });
  add("charter <file>", "to adopt a text").action(
    (file: string, options: SignedOptions, command: Command) => {
      const text = readText(file);
      return send(command, options, async () => ({ kind: "charter", text }));
    },
  );
}

function send(
  command: Command,
  options: SignedOptions,
  build: (network: Network) => Promise<ProposalContent>,
): Promise<void> {
  return sendSigned(command, options, async (network) => ({
    action: { kind: "propose", content: await build(network) },
    done: "proposed; it is voted on in the next round (`ganglion proposals`)",
  }));
}

function parseChange(text: string): ParameterChange {
  const [name = "", value = ""] = text.split("=");
  const param = PARAMETER_NAMES.map(String).indexOf(name);
  if (param < 0)
    throw new GanglionError(
      "CLI_BAD_PARAM",
      `no parameter "${name}": docs/ledger.md lists those that a vote changes`,
    );
  if (!/^\d{1,20}$/.test(value))
    throw new GanglionError("CLI_BAD_NUMBER", `${name} must be a whole number, not "${value}"`);
  return { param, value: BigInt(value) };
}

function parseDomain(text: string): { readonly name: string; readonly sharePpm: number } {
  const [name = "", percent = ""] = text.split("=");
  return { name, sharePpm: parsePercent(percent) };
}

function readText(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (cause) {
    throw new GanglionError("CLI_NO_FILE", `cannot read ${file}`, { file }, { cause });
  }
}
