import { GanglionError } from "@ganglion/types";
import type { DomainState, MinerKey, MinerState, MixtureState } from "./mixtureState.ts";

/** @throws GanglionError MIXTURE_UNKNOWN_MINER */
export function minerOf(state: MixtureState, key: MinerKey): MinerState {
  const miner = state.miners.get(key);
  if (miner === undefined) throw new GanglionError("MIXTURE_UNKNOWN_MINER", "add the miner first", { key });
  return miner;
}

/** @throws GanglionError MIXTURE_UNKNOWN_DOMAIN */
export function domainOf(state: MixtureState, name: string): DomainState {
  const domain = state.domains.find((known) => known.name === name);
  if (domain === undefined) throw unknownDomain(name);
  return domain;
}

/** @throws GanglionError MIXTURE_UNKNOWN_DOMAIN */
export function domainIndex(state: MixtureState, name: string): number {
  const index = state.domains.findIndex((domain) => domain.name === name);
  if (index < 0) throw unknownDomain(name);
  return index;
}

function unknownDomain(name: string): GanglionError {
  return new GanglionError("MIXTURE_UNKNOWN_DOMAIN", "the state was made without this domain", { name });
}
