import { assertVerifier } from "@ganglion/keys";
import { runProgram } from "@ganglion/runtime/program";
import { startValidator } from "./app.ts";
import { validatorOptionsSchema } from "./config.ts";

await runProgram({
  name: "validator",
  schema: validatorOptionsSchema,
  start: async (options, modules) => {
    assertVerifier();
    const handle = await startValidator(options, modules);
    return { ...handle, facts: { port: handle.port } };
  },
});
