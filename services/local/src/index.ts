export { defaultCacheDir, evaluateModel, startTrainer, trainerOptionsSchema } from "@ganglion/trainer";
export { type LocalHandle, type LocalModules, startLocal } from "./app.ts";
export type { LocalOptions } from "./config.ts";
export type { NetworkEvent } from "./core/changes.ts";
export { planNetwork } from "./core/planNetwork.ts";
export type { NetworkSnapshot } from "./core/snapshot.ts";
export type { Summary } from "./core/summary.ts";
export type { TestnetEvent, TestnetSnapshot } from "./core/testnetView.ts";
export { type RunFile, readRunFile } from "./io/stateFolder.ts";
export {
  exportLedger,
  type LedgerHead,
  type LedgerPlace,
  type LedgerSnapshot,
  type Replay,
  replayLedger,
  rollbackLedger,
  snapshotLedger,
} from "./io/stoppedLedger.ts";
export {
  startTestnet,
  type TestnetHandle,
  type TestnetModules,
  type TestnetOptions,
  type TestnetSummary,
} from "./testnet.ts";
