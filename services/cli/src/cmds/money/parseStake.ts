import { parseGln, type Spikes, UNSTAKE_ALL } from "@ganglion/types";

/** GLN, or `all` of a position. @throws GanglionError TYPES_BAD_AMOUNT */
export function parseStake(text: string): Spikes {
  return text === "all" ? UNSTAKE_ALL : parseGln(text);
}

/** As it was written. */
export function stakeText(text: string): string {
  return text === "all" ? "all stake" : `${text} GLN`;
}
