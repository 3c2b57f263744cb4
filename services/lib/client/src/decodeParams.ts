import { PRESETS, type ProtocolParams } from "@ganglion/params";
import { GanglionError } from "@ganglion/types";
import type { chain } from "@ganglion/wire";
import type { ChainParams } from "./chainClient.ts";

/** @throws GanglionError CLIENT_BAD_PARAMS when the node's parameters are not those that this version knows */
export function decodeParams(response: chain.GetParamsResponse): ChainParams {
  return {
    preset: response.preset,
    protocol: decodeProtocol(response.params),
    domains: response.domains,
    difficulty: BigInt(response.difficulty),
    burnPriceSpikes: response.burnPrice,
    registrationsLeft: response.registrationsLeft,
  };
}

/** A preset tells the type of each parameter. */
function decodeProtocol(values: Readonly<Record<string, string>>): ProtocolParams {
  const entries = Object.entries(PRESETS.minimal.protocol).map(([name, example]) => {
    const text = values[name];
    if (text === undefined)
      throw new GanglionError("CLIENT_BAD_PARAMS", `the node does not tell ${name}: use matching versions`, {
        name,
      });
    return [name, decodeLike(example, text, name)];
  });
  return Object.fromEntries(entries) as ProtocolParams;
}

function decodeLike(example: string | number | bigint, text: string, name: string): string | number | bigint {
  if (typeof example === "string") return text;
  if (!/^-?\d+$/.test(text))
    throw new GanglionError("CLIENT_BAD_PARAMS", `${name} is not a whole number: ${text}`, { name });
  return typeof example === "bigint" ? BigInt(text) : Number(text);
}
