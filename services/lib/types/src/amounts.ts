import { SPIKES_PER_GLN } from "@ganglion/params";
import { GanglionError } from "./errors.ts";
import { asSpikes, type Spikes } from "./ids.ts";

const GLN_DECIMALS = 9;

/**
 * An amount as people and resources write it: GLN with up to nine decimals, for example `12` or `0.5`.
 * @throws GanglionError TYPES_BAD_AMOUNT
 */
export function parseGln(text: string): Spikes {
  const match = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(text);
  if (!match)
    throw new GanglionError(
      "TYPES_BAD_AMOUNT",
      `"${text}" is no amount: write GLN like 12 or 0.5 (nine decimals at most)`,
    );
  const [, whole = "0", fraction = ""] = match;
  return asSpikes(BigInt(whole) * SPIKES_PER_GLN + BigInt(fraction.padEnd(GLN_DECIMALS, "0")));
}

/**
 * GLN of spikes: exact and without trailing zeros, or cut (never rounded up) to a number of decimals.
 * @param decimals 1 to 9
 */
export function formatGln(spikes: bigint, { decimals }: { readonly decimals?: number } = {}): string {
  const sign = spikes < 0n ? "-" : "";
  const size = spikes < 0n ? -spikes : spikes;
  const all = (size % SPIKES_PER_GLN).toString().padStart(GLN_DECIMALS, "0");
  const fraction = decimals === undefined ? all.replace(/0+$/, "") : all.slice(0, decimals);
  return `${sign}${size / SPIKES_PER_GLN}${fraction && `.${fraction}`}`;
}
