import { readFileSync } from "node:fs";

let cached: Buffer | undefined;

/** The compiled descriptors of all our protos (a FileDescriptorSet), for server reflection; read once. */
export function descriptorSet(): Buffer {
  cached ??= readFileSync(new URL("./gen/descriptors.binpb", import.meta.url));
  return cached;
}
