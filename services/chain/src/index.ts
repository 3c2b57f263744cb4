export { type ChainHandle, type ChainModules, type ChainOptions, startChain } from "./app.ts";
export { type ChainConfig, chainConfigSchema } from "./config.ts";
