/**
 * `node e2e/src/buildNatsServer.ts`: builds nats-server from its Go module, with the version and checksums of
 * `e2e/nats-server`, into the cache folder; does nothing where it is there already.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildGoProgram, cacheFolder } from "./buildGoProgram.ts";

const VERSION = "v2.15.2";

await buildGoProgram({
  name: "nats-server",
  version: VERSION,
  package: "github.com/nats-io/nats-server/v2",
  moduleFolder: fileURLToPath(new URL("../nats-server", import.meta.url)),
  oldestGo: "1.26",
  path: join(cacheFolder(), "nats-server", VERSION, "nats-server"),
});
