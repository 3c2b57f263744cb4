export { backoffMs } from "./backoffMs.ts";
export { pause } from "./pause.ts";
