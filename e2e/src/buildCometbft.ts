/**
 * `node e2e/src/buildCometbft.ts`: builds CometBFT from its Go module, with the versions and checksums of
 * `e2e/cometbft/go.sum`, into the cache folder; does nothing where it is there already.
 */
import { fileURLToPath } from "node:url";
import { COMETBFT_VERSION, cometbftBinary } from "@ganglion/chain";
import { buildGoProgram, cacheFolder } from "./buildGoProgram.ts";

await buildGoProgram({
  name: "cometbft",
  version: COMETBFT_VERSION,
  package: "github.com/cometbft/cometbft/cmd/cometbft",
  moduleFolder: fileURLToPath(new URL("../cometbft", import.meta.url)),
  oldestGo: "1.25",
  path: cometbftBinary(cacheFolder()),
});
