export type { Bus, ConsumeOptions } from "./bus.ts";
export { createMemoryBus, type MemoryBusOptions } from "./createMemoryBus.ts";
