import { PROGRAMS } from "../core/components.ts";
import { buildPrograms } from "../io/build.ts";
import { type Command, parseOptions } from "./command.ts";

/** `build [PROGRAM...]`: builds what is missing and prints the folder. */
export const build: Command = async ({ args, say, print }) => {
  const { positionals } = parseOptions(args, {});
  print(await buildPrograms({ programs: positionals.length > 0 ? positionals : PROGRAMS, say }));
  return 0;
};
