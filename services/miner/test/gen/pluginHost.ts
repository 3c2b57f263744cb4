import type { Logger } from "@ganglion/types";
import type { PluginHost } from "../../src/plugin.ts";

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

export function hostOf(stateDir: string, change: Partial<PluginHost> = {}): PluginHost {
  return { logger: silentLogger, stateDir, seed: 42, changed: () => undefined, ...change };
}

export function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<readonly Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}
