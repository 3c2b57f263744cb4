import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Trust, type VerifiedProof, verifyLightProof } from "@ganglion/client";
import { genesisHash, genesisSigners, parseGenesis } from "@ganglion/ledger";
import { renderTable } from "@ganglion/runtime/terminal";
import { bytesToHex, equalBytes, errorMessage, GanglionError, hexToBytes } from "@ganglion/types";
import type { Command } from "commander";
import { commonOptions } from "../../options.ts";
import { printResult, toJson } from "../../output.ts";

type VerifyFlags = {
  readonly genesis?: string;
  readonly validators?: string;
  readonly from: readonly string[];
};

/**
 * `ganglion verify FILE`: a proof against validators that the reader trusts; asks nobody. Those of genesis, and after them
 * those of a proof, are trusted for the ledger's trust period by the time of blocks; those of a hash for ever.
 */
export function addVerify(parent: Command): void {
  parent
    .command("verify <file>")
    .description(
      "checks a proof without any node; trusts the validators of the genesis file unless told otherwise",
    )
    .option(
      "--genesis <file>",
      "genesis file whose validators are trusted for its trust period (default: the state folder's)",
    )
    .option("--validators <hash>", "instead: hash of the validator set that is trusted, in hexadecimal")
    .option(
      "--from <proof>",
      "an earlier proof, whose validators are trusted once it is verified itself (repeatable)",
      collect,
      [],
    )
    .action((file: string, flags: VerifyFlags, command: Command) => {
      const { json, stateDir } = commonOptions(command);
      const start =
        flags.validators === undefined
          ? readGenesisTrust(flags.genesis, stateDir)
          : hashTrust(flags.validators);
      let { trust } = start;
      for (const step of flags.from) trust = trustAfter(check(step, trust, start), start);
      const proof = check(file, trust, start);
      printResult(json, { valid: true, ...proof }, () => proofText(proof));
    });
}

type Start = {
  readonly trust: Trust;
  readonly genesisHash?: Uint8Array;
  /** Absent where the reader named whom he trusts: without genesis nothing tells the ledger's. */
  readonly trustPeriodMs?: number;
};

function check(file: string, trust: Trust, start: Start): VerifiedProof {
  const proof = verifyLightProof(read(resolve(file)), trust);
  if (start.genesisHash !== undefined && !equalBytes(start.genesisHash, proof.genesisHash))
    throw new GanglionError(
      "PROOF_OTHER_LEDGER",
      `${file} is about the ledger ${bytesToHex(proof.genesisHash)}, the genesis file is of ${bytesToHex(start.genesisHash)}`,
    );
  return proof;
}

function trustAfter({ header }: VerifiedProof, { trustPeriodMs }: Start): Trust {
  const { validators, timeMs } = header;
  return { validators, ...(trustPeriodMs !== undefined && { untilMs: timeMs + trustPeriodMs }) };
}

function readGenesisTrust(given: string | undefined, stateDir: string): Start {
  const path = given === undefined ? join(stateDir, "genesis.json") : resolve(given);
  if (given === undefined && !existsSync(path))
    throw new GanglionError(
      "CLI_NO_TRUST",
      "a proof is worth what its validators are: give --genesis FILE, or --validators HASH",
    );
  const genesis = parseGenesis(read(path).toString("utf8"));
  const { trustPeriodMs } = genesis.params;
  const trust = { validators: genesisSigners(genesis), untilMs: genesis.timeMs + trustPeriodMs };
  return { trust, genesisHash: genesisHash(genesis), trustPeriodMs };
}

function hashTrust(text: string): Start {
  if (!/^[0-9a-fA-F]{64}$/u.test(text))
    throw new GanglionError("CLI_BAD_HASH", `--validators takes 64 hexadecimal digits, not "${text}"`);
  return { trust: { validatorsHash: hexToBytes(text.toLowerCase()) } };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new GanglionError(
      "CLI_NO_FILE",
      `cannot read ${path}: ${errorMessage(cause)}`,
      { path },
      { cause },
    );
  }
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function proofText({ header, rows, genesisHash: ledger }: VerifiedProof): string {
  const facts: [string, string][] = [
    ["ledger", bytesToHex(ledger)],
    ["state after block", String(header.height - 1)],
    ["time", new Date(header.timeMs).toISOString()],
    ["state root", bytesToHex(header.stateRoot)],
    ["signed by", `${header.signedPower} of ${header.totalPower} power`],
    ["validators", bytesToHex(header.validatorsHash)],
  ];
  const shown = rows.filter(({ field }) => field !== "genesisHash" && field !== "clock");
  const values = shown.flatMap(({ field, index, value }) => [
    [`${field} ${index}`, ""],
    ...Object.entries(JSON.parse(toJson(value)) as object).map(([name, item]) => [`  ${name}`, String(item)]),
  ]);
  return renderTable([["the proof holds", ""], ...facts, ...values]);
}
