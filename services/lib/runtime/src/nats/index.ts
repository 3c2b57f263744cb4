export { NatsBus, type NatsBusOptions } from "./natsBus.ts";
export { type NatsOptions, natsSchema } from "./natsSchema.ts";
