import { join } from "node:path";

/** Of the module github.com/cometbft/cometbft; `cometbft version` of this release prints 0.39.0. */
export const COMETBFT_VERSION = "v0.40.0";

/** Where `make cometbft` leaves the program, below the cache folder that all networks share. */
export function cometbftBinary(cacheDir: string): string {
  return join(cacheDir, "cometbft", COMETBFT_VERSION, "cometbft");
}
