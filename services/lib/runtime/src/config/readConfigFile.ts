import { readFile } from "node:fs/promises";
import { GanglionError } from "@ganglion/types";
import type { z } from "zod";
import { parseConfig } from "./parseConfig.ts";

const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/**
 * Reads a program's JSON configuration.
 * @throws GanglionError CONFIG_UNREADABLE | CONFIG_NOT_JSON | CONFIG_INVALID
 */
export async function readConfigFile<Schema extends z.ZodType>(
  schema: Schema,
  path: string,
): Promise<Readonly<z.output<Schema>>> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new GanglionError(
      "CONFIG_UNREADABLE",
      `cannot read ${path}: give the path of a JSON file`,
      { path },
      { cause },
    );
  });
  if (text.length > MAX_CONFIG_BYTES)
    throw new GanglionError("CONFIG_INVALID", `${path} is larger than ${MAX_CONFIG_BYTES} bytes`, { path });
  return parseConfig(schema, parseJson(text, path), path);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GanglionError("CONFIG_NOT_JSON", `${path} is not JSON: ${String(cause)}`, { path }, { cause });
  }
}
