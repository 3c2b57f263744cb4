export { type MinerHandle, type MinerModules, type MinerStatus, startMiner } from "./app.ts";
export {
  type MinerOptions,
  type MinerOptionsInput,
  minerOptionsSchema,
  parseMinerOptions,
} from "./config.ts";
export type {
  ForwardResult,
  GenerateOptions,
  Model,
  ModelContext,
  ModelFacts,
  Plugin,
  PluginHost,
} from "./plugin.ts";
