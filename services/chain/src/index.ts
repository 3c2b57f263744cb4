export { type ChainHandle, type ChainModules, type ChainOptions, startChain } from "./app.ts";
export { type ChainConfig, chainConfigSchema } from "./config.ts";
export { COMETBFT_VERSION, cometbftBinary } from "./engine/cometbft/binaryPath.ts";
export { ensureNodeKey, nodeHome } from "./engine/cometbft/nodeKeys.ts";
export { readGenesis, writeGenesis } from "./io/genesisFile.ts";
export { type OpenStore, openStore } from "./io/openStore.ts";
export { type ReplayResult, replayChain } from "./replayChain.ts";
export {
  exportStopped,
  replayStopped,
  rollbackStopped,
  type StoppedChain,
  snapshotStopped,
} from "./stoppedChain.ts";
