import { errorCode, errorMessage, type Logger } from "@ganglion/types";
import { Registry } from "prom-client";
import type { z } from "zod";
import { readConfigFile } from "../config/index.ts";
import { createLogger } from "../log/index.ts";
import type { ChildMessage } from "./messages.ts";

export type ProgramHandle = {
  /** Told to the parent once the program serves. */
  readonly facts?: Readonly<Record<string, string | number>>;
  /** Settles when the program ends by itself; absent for servers, which end when asked. */
  readonly done?: Promise<void>;
  readonly close: () => Promise<void>;
};

export type ProgramModules = {
  readonly logger: Logger;
  readonly register: Registry;
  /** Aborted when the program is asked to stop. */
  readonly signal: AbortSignal;
  /** Tells the parent how far a long job is; nothing happens without a parent. */
  readonly progress: (fields: Extract<ChildMessage, { kind: "progress" }>["fields"]) => void;
};

export type Program<Schema extends z.ZodType> = {
  readonly name: string;
  readonly schema: Schema;
  readonly start: (config: Readonly<z.output<Schema>>, modules: ProgramModules) => Promise<ProgramHandle>;
};

const CLOSE_DEADLINE_MS = 5_000;
const USAGE_EXIT = 64;

/**
 * The whole of a program's main: `node main.ts CONFIG.json`. Logs to standard error, stops on SIGINT, SIGTERM
 * or when its parent goes away, and exits with 0, 64 (usage) or 1 with one coded error.
 */
export async function runProgram<Schema extends z.ZodType>(program: Program<Schema>): Promise<void> {
  const logger = createLogger({ fields: { program: program.name } });
  const path = process.argv[2];
  if (path === undefined) {
    process.stderr.write(`usage: node main.ts CONFIG.json   (the ${program.name} program)\n`);
    process.exit(USAGE_EXIT);
  }
  const stop = new AbortController();
  const register = new Registry();
  listenToParent(register, stop);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
  try {
    const config = await readConfigFile(program.schema, path);
    const progress: ProgramModules["progress"] = (fields) => tellParent({ kind: "progress", fields });
    const handle = await program.start(config, { logger, register, signal: stop.signal, progress });
    tellParent({ kind: "ready", facts: { ...handle.facts } });
    logger.info("ready", handle.facts);
    await Promise.race([aborted(stop.signal), handle.done ?? new Promise<void>(() => undefined)]);
    await closeInTime(handle, logger);
    process.exit(0);
  } catch (error) {
    fail(error, logger);
  }
}

function listenToParent(register: Registry, stop: AbortController): void {
  if (process.send === undefined) return;
  process.on("disconnect", () => stop.abort());
  process.on("message", (message: unknown) => {
    const kind =
      typeof message === "object" && message !== null && "kind" in message ? message.kind : undefined;
    if (kind === "stop") stop.abort();
    if (kind === "metrics")
      register.metrics().then(
        (text) => tellParent({ kind: "metrics", text }),
        () => tellParent({ kind: "metrics", text: "" }),
      );
  });
}

function tellParent(message: ChildMessage): void {
  if (process.connected) process.send?.(message);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

async function closeInTime(handle: ProgramHandle, logger: Logger): Promise<void> {
  const late = setTimeout(() => {
    logger.warn("did not close in time", { deadlineMs: CLOSE_DEADLINE_MS });
    process.exit(1);
  }, CLOSE_DEADLINE_MS);
  await handle.close();
  clearTimeout(late);
}

function fail(error: unknown, logger: Logger): never {
  const code = errorCode(error);
  const message = errorMessage(error);
  const stack = error instanceof Error && code === "INTERNAL" ? error.stack : undefined;
  logger.error("stopped by an error", { code, error: message, stack });
  tellParent({ kind: "failed", code, message });
  process.exit(1);
}
