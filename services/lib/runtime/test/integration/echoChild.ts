import { z } from "zod";
import { runProgram } from "../../src/program/index.ts";

await runProgram({
  name: "echo",
  schema: z.strictObject({ port: z.number() }),
  start: async (config) => ({ facts: { port: config.port }, close: async () => undefined }),
});
