import { resolve } from "node:path";
import { hasRemains, stopCluster } from "../stopCluster.ts";
import { type Command, parseOptions } from "./command.ts";
import { DIR_OPTION } from "./up.ts";

/** `down [--dir D]`: ends a cluster and compares the machine with what it was before. */
export const down: Command = async ({ args, say }) => {
  const dir = resolve(parseOptions(args, DIR_OPTION).values.dir);
  if (!hasRemains(dir)) {
    say(`no cluster in ${dir}`);
    return 0;
  }
  const startedMs = performance.now();
  const left = await stopCluster(dir, say);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  say(
    left.length === 0 ? `gone after ${seconds} s; nothing is left of it` : `left behind:\n${left.join("\n")}`,
  );
  return left.length === 0 ? 0 : 1;
};
