import { buildCommand } from "./command.ts";
import { reportFailure } from "./output.ts";

// No listener for SIGPIPE: with one, a write to a child that has just ended would end `up` before it has stopped all.
process.stdout.on("error", () => process.exit(0));

const json = process.argv.includes("--json");
try {
  await buildCommand(json).parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportFailure(error, json);
}
