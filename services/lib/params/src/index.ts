export * from "./constants.ts";
export { PRESETS, type Preset, type PresetName, type ProtocolParams } from "./presets.ts";
