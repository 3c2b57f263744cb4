import type { Lane } from "@ganglion/ledger";

/** In the order in which a block takes them; each is sure of its part, so that no flood starves another (rule FEE). */
export const LANES: readonly Lane[] = ["consensus", "registration", "weights", "transfers"];

/** Rule REG lets one registration into a block, so a second one would only fail there. */
export const REGISTRATIONS_PER_BLOCK = 1;
