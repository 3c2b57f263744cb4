import { createChainClient } from "@ganglion/client";
import { parseConfig } from "@ganglion/runtime/config";
import type { Registry } from "@ganglion/runtime/metrics";
import { type Clock, errorMessage, type Hotkey, hexToBytes, type Logger } from "@ganglion/types";
import type { validator } from "@ganglion/wire";
import { type Composition, compose } from "./compose.ts";
import { type ValidatorOptionsInput, validatorOptionsSchema } from "./config.ts";

/** What a completion in flight may take when the validator closes. */
const CLOSE_GRACE_MS = 500;

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
 * @throws GanglionError CONFIG_INVALID | VALIDATOR_* | CLIENT_UNAVAILABLE | GRPC_PORT_IN_USE
 */
export async function startValidator(
  input: ValidatorOptionsInput,
  modules: ValidatorModules,
): Promise<ValidatorHandle> {
  const options = parseConfig(validatorOptionsSchema, input, "the validator's options");
  const logger = modules.logger.child({ validator: options.name });
  const clock = modules.clock ?? { nowMs: Date.now };
  const { network } = options;
  const client = createChainClient(
    {
      endpoints: network.endpoints,
      ...(network.genesisHash === undefined ? {} : { genesisHash: hexToBytes(network.genesisHash) }),
    },
    { logger },
  );
  try {
    const parts = await compose(options, { client, logger, clock, register: modules.register });
    return await run(parts, logger, modules.signal);
  } catch (error) {
    client.close();
    throw error;
  }
}

async function run(
  parts: Composition,
  logger: Logger,
  signal: AbortSignal | undefined,
): Promise<ValidatorHandle> {
  const port = await listen(parts);
  const stop = new AbortController();
  const done = work(parts, logger, stop);
  // A caller that only closes must not see an unhandled rejection; one that awaits `done` sees it anyway.
  done.catch(() => undefined);
  const close = async (): Promise<void> => {
    stop.abort();
    await done.catch(() => undefined);
  };
  if (signal?.aborted) stop.abort();
  signal?.addEventListener("abort", () => stop.abort(), { once: true });
  logger.info("validator started", { port, steps: parts.report().steps });
  return { hotkey: parts.hotkey, port, report: parts.report, done, close };
}

/** Steps and follows the ledger until told to stop, or until either fails; then releases everything. */
async function work(parts: Composition, logger: Logger, stop: AbortController): Promise<void> {
  const { signal } = stop;
  const ended = [followLedger(parts, logger, signal), parts.loop.run(signal)];
  try {
    await Promise.all(ended);
  } catch (error) {
    logger.error("the validator stopped", { error: errorMessage(error) });
    throw error;
  } finally {
    stop.abort();
    await Promise.allSettled(ended);
    await parts.server.close(CLOSE_GRACE_MS);
    await parts.release();
  }
}

async function listen(parts: Composition): Promise<number> {
  try {
    return await parts.server.listen();
  } catch (error) {
    await parts.release();
    throw error;
  }
}

/** Weights and the role follow the blocks; learning does not wait for them. */
async function followLedger(parts: Composition, logger: Logger, signal: AbortSignal): Promise<void> {
  const { follower, ledgerParams, submitter, declaration } = parts;
  const failed = (error: unknown): void =>
    logger.error("could not keep weights", { error: errorMessage(error) });
  const onBlock = (height: number): void => {
    ledgerParams.advance(height, signal).catch(failed);
    declaration.advance(follower.metagraph, signal).catch(failed);
    submitter.advance(height, signal).catch(failed);
  };
  await follower.run(onBlock, signal);
}
