import type { Action } from "@ganglion/types";

/** In the order in which a block takes them; each is sure of its part, so that no flood starves another. */
export const LANES = ["consensus", "registration", "weights", "transfers"] as const;
export type Lane = (typeof LANES)[number];

/** Rule REG lets one registration into a block, so a second one would only fail there. */
export const REGISTRATIONS_PER_BLOCK = 1;

/** The lane of a transaction by what it does (rule FEE). */
export function laneOf(kind: Action["kind"]): Lane {
  switch (kind) {
    case "register":
    case "serve":
    case "unserve":
      return "registration";
    case "commitWeights":
    case "revealWeights":
      return "weights";
    case "transfer":
    case "stake":
    case "unstake":
      return "transfers";
  }
}
