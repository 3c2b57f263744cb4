import { runProgram } from "@ganglion/runtime/program";
import { startTrainer } from "./app.ts";
import { trainerOptionsSchema } from "./config.ts";

await runProgram({
  name: "trainer",
  schema: trainerOptionsSchema,
  start: async (options, { logger, signal, progress }) => {
    const trainer = await startTrainer(options, {
      logger,
      signal,
      progress: ({ heldOutBits, ...fields }) =>
        progress({ ...fields, ...(heldOutBits !== undefined && { heldOutBits }) }),
    });
    const { step, steps } = trainer;
    return { facts: { step, steps }, done: trainer.done.then(() => undefined), close: trainer.close };
  },
});
