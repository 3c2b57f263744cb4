import { PRESETS, type ProtocolParams } from "@ganglion/params";
import { addressOfKey } from "@ganglion/types";
import type { GenesisDoc, GenesisDomain } from "../../src/index.ts";
import { testKey } from "./testKey.ts";

export type GenesisOptions = {
  /** Names of bootstrap validators; the owner of "v" is "v owner", its consensus key "v consensus". */
  readonly validators?: readonly string[];
  readonly domains?: readonly GenesisDomain[];
  readonly params?: Partial<ProtocolParams>;
};

const GENESIS_TIME_MS = 1_000_000;

/** A genesis of the minimal preset. */
export function testGenesis({ validators = ["val"], domains, params }: GenesisOptions = {}): GenesisDoc {
  return {
    chainId: "test",
    preset: "minimal",
    params: { ...PRESETS.minimal.protocol, ...params },
    timeMs: GENESIS_TIME_MS,
    domains: domains ?? [{ name: "prose", sharePpm: 1_000_000 }],
    validators: validators.map((name) => ({
      hotkey: testKey(name).publicKey,
      consensusKey: testKey(`${name} consensus`).publicKey,
      owner: addressOfKey(testKey(`${name} owner`).publicKey),
      power: 1n,
    })),
  };
}
