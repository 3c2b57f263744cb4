export * from "./constants.ts";
export { GOVERNED_PARAMS, type ParamBounds } from "./governedParams.ts";
export { PRESETS, type Preset, type PresetName, type ProtocolParams } from "./presets.ts";
