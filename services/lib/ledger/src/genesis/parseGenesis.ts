import { PRESETS, type PresetName, type ProtocolParams } from "@ganglion/params";
import {
  bytesToHex,
  errorMessage,
  GanglionError,
  hexToBytes,
  parseAddressBytes,
  parseHotkey,
} from "@ganglion/types";
import { checkGenesis } from "./checkGenesis.ts";
import type { GenesisDoc, GenesisStart } from "./genesisDoc.ts";

/** Parameters that are words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  incentiveFrom: ["consensus", "rank"],
  consensusMode: ["classic", "yuma3"],
};

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads genesis.json: `{chainId, preset, timeMs, params?, domains: [{name, sharePpm}], validators: [{hotkey,
 * consensusKey, owner, power}]}`; keys and addresses are hex, u64 amounts decimal strings, `params` only what
 * differs from the preset. `start: {height, signers: [{consensusKey, power}], state}` where it goes on from another ledger's end.
 * @throws GanglionError GENESIS_BAD that names the field
 */
export function parseGenesis(text: string): GenesisDoc {
  const root = asRecord(parseJson(text), "the document", [
    "chainId",
    "preset",
    "timeMs",
    "params",
    "domains",
    "validators",
    "start",
  ]);
  const preset = asPreset(root["preset"]);
  const doc: GenesisDoc = {
    chainId: asText(root["chainId"], "chainId"),
    preset,
    params: asParams(root["params"], PRESETS[preset].protocol),
    timeMs: asNumber(root["timeMs"], "timeMs"),
    domains: asList(root["domains"], "domains").map((item, i) => {
      const domain = asRecord(item, `domains[${i}]`, ["name", "sharePpm"]);
      return {
        name: asText(domain["name"], `domains[${i}].name`),
        sharePpm: asNumber(domain["sharePpm"], `domains[${i}].sharePpm`),
      };
    }),
    validators: asList(root["validators"], "validators").map(asValidator),
    ...(root["start"] !== undefined && { start: asStart(root["start"]) }),
  };
  checkGenesis(doc);
  return doc;
}

/** The text that `parseGenesis` reads, with all parameters spelled out. */
export function encodeGenesis(doc: GenesisDoc): string {
  const validators = doc.validators.map(({ hotkey, consensusKey, owner, power }) => ({
    hotkey: bytesToHex(hotkey),
    consensusKey: bytesToHex(consensusKey),
    owner: bytesToHex(owner),
    power: String(power),
  }));
  const { start } = doc;
  const value = { ...doc, validators, ...(start && { start: encodeStart(start) }) };
  return `${JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item), 2)}\n`;
}

function encodeStart({ height, signers, state }: GenesisStart): object {
  const keys = signers.map(({ consensusKey, power }) => ({
    consensusKey: bytesToHex(consensusKey),
    power: String(power),
  }));
  return { height, signers: keys, state: bytesToHex(state) };
}

function asStart(value: unknown): GenesisStart {
  const start = asRecord(value, "start", ["height", "signers", "state"]);
  return {
    height: asNumber(start["height"], "start.height"),
    signers: asList(start["signers"], "start.signers").map((item, i) => {
      const at = `start.signers[${i}]`;
      const signer = asRecord(item, at, ["consensusKey", "power"]);
      return {
        consensusKey: asBytes(signer["consensusKey"], `${at}.consensusKey`, parseHotkey),
        power: asAmount(signer["power"], `${at}.power`),
      };
    }),
    state: asBytes(start["state"], "start.state", (bytes) => bytes),
  };
}

function asValidator(item: unknown, i: number): GenesisDoc["validators"][number] {
  const at = `validators[${i}]`;
  const validator = asRecord(item, at, ["hotkey", "consensusKey", "owner", "power"]);
  return {
    hotkey: asBytes(validator["hotkey"], `${at}.hotkey`, parseHotkey),
    consensusKey: asBytes(validator["consensusKey"], `${at}.consensusKey`, parseHotkey),
    owner: asBytes(validator["owner"], `${at}.owner`, parseAddressBytes),
    power: asAmount(validator["power"], `${at}.power`),
  };
}

function asParams(value: unknown, preset: ProtocolParams): ProtocolParams {
  if (value === undefined) return preset;
  const given = asRecord(value, "params", Object.keys(preset));
  const entries = Object.entries(preset).map(([name, start]) => {
    const item = given[name];
    if (item === undefined) return [name, start];
    if (typeof start === "bigint") return [name, asAmount(item, `params.${name}`)];
    if (typeof start === "number") return [name, asNumber(item, `params.${name}`)];
    const words = WORDS[name] ?? [];
    if (!words.some((word) => word === item)) throw bad(`params.${name}`, `is ${words.join(" or ")}`);
    return [name, item];
  });
  return Object.fromEntries(entries) as ProtocolParams;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new GanglionError(
      "GENESIS_BAD",
      `the genesis document is no JSON: ${errorMessage(cause)}`,
      {},
      { cause },
    );
  }
}

function asRecord(value: unknown, at: string, keys: readonly string[]): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw bad(at, "is an object");
  const unknownKey = Object.keys(value).find((key) => !keys.includes(key));
  if (unknownKey !== undefined) throw bad(at, `has no field ${unknownKey}; it has ${keys.join(", ")}`);
  return value as Json;
}

function asPreset(value: unknown): PresetName {
  if (value !== "minimal" && value !== "local" && value !== "mainnet")
    throw bad("preset", "is minimal, local or mainnet");
  return value;
}

function asList(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw bad(at, "is a list");
  return value;
}

function asText(value: unknown, at: string): string {
  if (typeof value !== "string") throw bad(at, "is a text");
  return value;
}

function asNumber(value: unknown, at: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw bad(at, "is a whole number from 0");
  return value;
}

function asAmount(value: unknown, at: string): bigint {
  if (typeof value !== "string" || !/^[0-9]{1,20}$/.test(value))
    throw bad(at, "is a decimal number as a text");
  return BigInt(value);
}

function asBytes<Bytes>(value: unknown, at: string, parse: (bytes: Uint8Array) => Bytes): Bytes {
  try {
    return parse(hexToBytes(asText(value, at)));
  } catch (cause) {
    throw new GanglionError("GENESIS_BAD", `${at} is hex bytes: ${errorMessage(cause)}`, {}, { cause });
  }
}

function bad(at: string, what: string): GanglionError {
  return new GanglionError("GENESIS_BAD", `genesis: ${at} ${what}`);
}
