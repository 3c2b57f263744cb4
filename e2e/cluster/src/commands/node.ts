import { resolve } from "node:path";
import { GanglionError } from "@ganglion/types";
import { changeNode, NODE_EVENTS } from "../nodePower.ts";
import { type Command, parseOptions } from "./command.ts";
import { DIR_OPTION } from "./up.ts";

/** `node off|on|cut|heal NAME [--dir D]`. */
export const node: Command = async ({ args }) => {
  const { positionals, values } = parseOptions(args, DIR_OPTION);
  const [text, name] = positionals;
  const event = NODE_EVENTS.find((known) => known === text);
  if (event === undefined || name === undefined)
    throw new GanglionError("CLUSTER_USAGE", `usage: node ${NODE_EVENTS.join("|")} NAME`);
  await changeNode(resolve(values.dir), name, event);
  return 0;
};
