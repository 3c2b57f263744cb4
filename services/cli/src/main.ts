import { buildCommand } from "./command.ts";
import { reportFailure } from "./output.ts";

process.on("SIGPIPE", () => process.exit(0));
process.stdout.on("error", () => process.exit(0));

const command = buildCommand();
try {
  await command.parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportFailure(error, process.argv.includes("--json"));
}
