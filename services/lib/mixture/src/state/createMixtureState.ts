import { GanglionError } from "@ganglion/types";
import { DEFAULT_PARAMETERS, type MixtureParameters } from "../parameters.ts";
import type { MixtureState } from "./mixtureState.ts";

/**
 * A market without miners. `domains` fixes the order of per-domain values.
 *
 * @throws GanglionError MIXTURE_BAD_DOMAINS unless there is at least one and no name comes twice
 */
export function createMixtureState(options: {
  readonly domains: readonly string[];
  readonly parameters?: MixtureParameters;
}): MixtureState {
  const { domains, parameters = DEFAULT_PARAMETERS } = options;
  if (domains.length === 0 || new Set(domains).size !== domains.length)
    throw new GanglionError("MIXTURE_BAD_DOMAINS", "name at least one domain, and each only once");
  return {
    parameters,
    domains: domains.map((name) => ({
      name,
      scoredRows: 0,
      rows: 0,
      jointLoss: 0,
      nullLoss: 0,
      leaders: new Map(),
    })),
    nullCounts: new Float64Array(domains.length * parameters.vocabulary),
    step: 0,
    miners: new Map(),
    pairs: new Map(),
    departed: [],
  };
}
