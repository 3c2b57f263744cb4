import { runProgram } from "@ganglion/runtime/program";
import { startTrainer } from "./app.ts";
import { trainerOptionsSchema } from "./config.ts";
import { createTrainerMetrics } from "./metrics.ts";

await runProgram({
  name: "trainer",
  schema: trainerOptionsSchema,
  start: async (options, { logger, register, signal, progress }) => {
    const metrics = createTrainerMetrics(register, options.name);
    const trainer = await startTrainer(options, {
      logger,
      signal,
      progress: (state) => {
        const { heldOutBits, ...fields } = state;
        metrics.progress(state);
        progress({ ...fields, ...(heldOutBits !== undefined && { heldOutBits }) });
      },
    });
    const { step, steps } = trainer;
    metrics.progress({ step, steps });
    return { facts: { step, steps }, done: trainer.done.then(() => undefined), close: trainer.close };
  },
});
