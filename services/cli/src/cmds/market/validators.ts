import { createValidatorClient, type ValidatorClient } from "@ganglion/client";
import { GanglionError } from "@ganglion/types";
import type { Network } from "../../network.ts";

export type NamedValidator = { readonly name: string; readonly client: ValidatorClient };

/**
 * The running validators' own APIs, all or the named one.
 * @throws GanglionError CLI_NO_VALIDATOR
 */
export function openValidators(network: Network, name: string | undefined): readonly NamedValidator[] {
  const chosen = network.validators.filter((v) => name === undefined || v.name === name);
  if (chosen.length === 0) {
    const known = network.validators.map((v) => v.name).join(", ") || "none";
    throw new GanglionError("CLI_NO_VALIDATOR", `no such validator runs here; running: ${known}`);
  }
  return chosen.map((v) => ({ name: v.name, client: createValidatorClient(v.endpoint) }));
}
