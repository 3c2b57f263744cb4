export { parseConfig } from "./parseConfig.ts";
export { readConfigFile } from "./readConfigFile.ts";
