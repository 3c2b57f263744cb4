import { parseConfig } from "@ganglion/runtime/config";
import type { Registry } from "@ganglion/runtime/metrics";
import { type Clock, GanglionError, type Hotkey, type Logger } from "@ganglion/types";
import type { validator } from "@ganglion/wire";
import { type ValidatorOptionsInput, validatorOptionsSchema } from "./config.ts";

export type ValidatorModules = {
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Where `ganglion_validator_*` metrics are registered; several validators may share one. */
  readonly register?: Registry;
  /** Aborting it closes the validator. */
  readonly signal?: AbortSignal;
};

export type ValidatorHandle = {
  readonly hotkey: Hotkey;
  /** Port of the ValidatorService. */
  readonly port: number;
  /** What it measured so far, as the GetReport call answers. */
  readonly report: () => validator.Report;
  /** Resolves when the validator stopped; rejects if it stopped because of a fault. */
  readonly done: Promise<void>;
  /** Ends the step in flight, writes the checkpoint, stops serving: below 2 s. */
  readonly close: () => Promise<void>;
};

/**
 * Starts one validator; several may run in one process.
 * @throws GanglionError CONFIG_INVALID | VALIDATOR_*
 */
export async function startValidator(
  input: ValidatorOptionsInput,
  _modules: ValidatorModules,
): Promise<ValidatorHandle> {
  const options = parseConfig(validatorOptionsSchema, input, "the validator's options");
  throw new GanglionError("VALIDATOR_NOT_READY", `validator ${options.name} cannot start yet`);
}
