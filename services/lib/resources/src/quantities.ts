import { SPIKES_PER_GLN } from "@ganglion/params";
import { asSpikes, GanglionError, type Spikes } from "@ganglion/types";

const DECIMALS = 9;

/**
 * GLN as resources write it, for example "1.5".
 * @throws GanglionError RESOURCES_BAD_AMOUNT
 */
export function glnToSpikes(text: string): Spikes {
  const match = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(text);
  if (!match)
    throw new GanglionError("RESOURCES_BAD_AMOUNT", `"${text}" is no amount of GLN: write 12 or 0.5`);
  const [, whole = "0", fraction = ""] = match;
  return asSpikes(BigInt(whole) * SPIKES_PER_GLN + BigInt(fraction.padEnd(DECIMALS, "0")));
}

/** Milliseconds of "500ms" or "12s" (the schema admits nothing else). */
export function durationMs(text: string): number {
  return text.endsWith("ms") ? Number(text.slice(0, -2)) : Number(text.slice(0, -1)) * 1000;
}
