import { createValidatorClient, type ValidatorClient } from "@ganglion/client";
import { errorCode, errorMessage, GanglionError } from "@ganglion/types";
import type { validator } from "@ganglion/wire";
import type { Network } from "../../network.ts";

export type NamedValidator = { readonly name: string; readonly client: ValidatorClient };

/** A validator's report, or why there is none. */
export type Answer = { readonly name: string } & (
  | { readonly report: validator.Report }
  | { readonly error: { readonly code: string; readonly message: string } }
);

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

/**
 * Asks each for its report, in their order: one that is being started again keeps nobody from those of the others.
 * @throws GanglionError what the first said, when none has a report
 */
export async function askReports(
  validators: readonly { readonly name: string; readonly client: Pick<ValidatorClient, "report"> }[],
): Promise<readonly Answer[]> {
  const asked = await Promise.allSettled(validators.map(({ client }) => client.report()));
  const [first] = asked;
  if (first?.status === "rejected" && asked.every(({ status }) => status === "rejected")) throw first.reason;
  return asked.map((settled, index) => {
    const name = validators[index]?.name ?? "";
    if (settled.status === "fulfilled") return { name, report: settled.value };
    return { name, error: { code: errorCode(settled.reason), message: errorMessage(settled.reason) } };
  });
}
