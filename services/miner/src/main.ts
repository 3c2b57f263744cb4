import { assertVerifier } from "@ganglion/keys";
import { runProgram } from "@ganglion/runtime/program";
import { startMiner } from "./app.ts";
import { minerOptionsSchema } from "./config.ts";

await runProgram({
  name: "miner",
  schema: minerOptionsSchema,
  start: async (config, modules) => {
    assertVerifier();
    const miner = await startMiner(config, modules);
    return { facts: { port: miner.port }, close: miner.close };
  },
});
