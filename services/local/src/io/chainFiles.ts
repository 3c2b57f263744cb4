import { existsSync, readdirSync } from "node:fs";
import { readGenesis } from "@ganglion/chain";
import { decodeAddress } from "@ganglion/keys";
import { type BootstrapValidator, encodeGenesis, type GenesisDoc } from "@ganglion/ledger";
import { PRESETS } from "@ganglion/params";
import { bytesToHex, GanglionError } from "@ganglion/types";
import { bootstrapValidators, type NodePlan, type Signatory } from "../core/planChainNodes.ts";
import type { NetworkPlan } from "../core/planNetwork.ts";
import type { Identities } from "./identities.ts";
import type { StateFolder } from "./stateFolder.ts";

/** Of bootstrap validators in the local network; equal, so that none rules. */
const BOOTSTRAP_POWER = 1n;
const GENESIS = "genesis.json";

/** What of a genesis its maker chooses. */
export type GenesisPlan = Pick<GenesisDoc, "chainId" | "preset" | "domains" | "timeMs">;

/** Those that a market's genesis names: the resource's validators, then nodes that only sign. */
export function signatoriesOf(plan: NetworkPlan, nodes: readonly NodePlan[]): readonly Signatory[] {
  return nodes.length > 0 ? nodes : bootstrapValidators(plan);
}

/**
 * Makes genesis where there is none.
 *
 * @returns its path
 * @throws GanglionError GENESIS_BAD | LOCAL_OTHER_NETWORK when the folder's genesis names others
 */
export function prepareGenesis(
  folder: StateFolder,
  identities: Identities,
  plan: GenesisPlan,
  signatories: readonly Signatory[],
): string {
  const validators = validatorsOf(identities, signatories);
  const path = folder.path(GENESIS);
  if (!existsSync(path)) {
    const params = PRESETS[plan.preset].protocol;
    return folder.write(GENESIS, encodeGenesis({ ...plan, params, validators }));
  }
  const earlier = readGenesis(path).validators;
  if (keysOf(earlier) !== keysOf(validators))
    throw new GanglionError(
      "LOCAL_OTHER_NETWORK",
      `${folder.root} holds a ledger of ${earlier.length} validators, not these ${validators.length}: start it as before, forget it with --fresh, or choose another folder with --state`,
    );
  return path;
}

/**
 * A ledger goes on under the engine that it began with.
 * @throws GanglionError LOCAL_OTHER_ENGINE
 */
export function assertSameEngine(folder: StateFolder, nodes: readonly NodePlan[]): void {
  const was = engineOf(folder);
  if (was === undefined || was === (nodes.length > 0 ? "cometbft" : "solo")) return;
  throw new GanglionError(
    "LOCAL_OTHER_ENGINE",
    `${folder.root} holds a ledger of engine ${was}: start it with --engine ${was}, forget it with --fresh, or choose another folder with --state`,
  );
}

/** By what is in the ledger's folder: the store itself, or a folder a node. */
function engineOf(folder: StateFolder): "solo" | "cometbft" | undefined {
  const path = folder.path("chain");
  if (!existsSync(path) || readdirSync(path).length === 0) return undefined;
  return existsSync(folder.path("chain", "data.mdb")) ? "solo" : "cometbft";
}

function validatorsOf(identities: Identities, signatories: readonly Signatory[]): BootstrapValidator[] {
  return signatories.map(({ hotkeyName, keyName, owner }) => ({
    hotkey: identities.key(hotkeyName, "hotkey").publicKey,
    consensusKey: identities.key(keyName, "hotkey").publicKey,
    owner: decodeAddress(owner ?? identities.ownerAddress()),
    power: BOOTSTRAP_POWER,
  }));
}

function keysOf(validators: readonly BootstrapValidator[]): string {
  return validators.map(({ consensusKey }) => bytesToHex(consensusKey)).join();
}
