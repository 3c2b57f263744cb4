// `make check`: all gates that need no server, two at a time, under a minute; properties run in `make test`. Prints only what fails.
import { runGates } from "./gates.mjs";
import { STATIC_GATES } from "./staticGates.mjs";

const passed = await runGates([
  ["unit tests", "npm run -s jest -- --testPathPatterns 'test/(unit|vectors)/'"],
  ...STATIC_GATES,
]);
process.exit(passed ? 0 : 1);
