import { existsSync } from "node:fs";
import { decodeAddress } from "@ganglion/keys";
import { encodeGenesis, type GenesisDoc } from "@ganglion/ledger";
import { PRESETS } from "@ganglion/params";
import { chainOptions } from "@ganglion/resources";
import { CONSENSUS_SUFFIX, type NetworkPlan } from "../core/planNetwork.ts";
import type { Identities } from "./identities.ts";
import type { StateFolder } from "./stateFolder.ts";

/** Of bootstrap validators in the local network; equal, so that none rules. */
const BOOTSTRAP_POWER = 1n;

/** Makes genesis where there is none, and the chain program's configuration. */
export function prepareChain(
  plan: NetworkPlan,
  folder: StateFolder,
  identities: Identities,
  nowMs: number,
): object {
  const genesisFile = folder.path("genesis.json");
  if (!existsSync(genesisFile))
    folder.write("genesis.json", encodeGenesis(genesisOf(plan, identities, nowMs)));
  const [proposer] = plan.chain.spec.genesis.validators;
  return chainOptions(plan.chain, {
    dataDir: folder.path("chain"),
    genesisFile,
    consensusKeyFile: identities.key(consensusKeyName(proposer ?? plan.chain.name), "hotkey").path,
    passwordFile: undefined,
  });
}

function genesisOf({ chain }: NetworkPlan, identities: Identities, nowMs: number): GenesisDoc {
  const { chainId, preset, domains, validators } = chain.spec.genesis;
  const owner = decodeAddress(identities.ownerAddress());
  return {
    chainId,
    preset,
    params: PRESETS[preset].protocol,
    timeMs: nowMs,
    domains,
    validators: validators.map((name) => ({
      hotkey: identities.key(name, "hotkey").publicKey,
      consensusKey: identities.key(consensusKeyName(name), "hotkey").publicKey,
      owner,
      power: BOOTSTRAP_POWER,
    })),
  };
}

function consensusKeyName(validator: string): string {
  return `${validator}${CONSENSUS_SUFFIX}`;
}
