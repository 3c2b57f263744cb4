import { GanglionError } from "@ganglion/types";
import { z } from "zod";

const loggedRow = z.object({
  document: z.string(),
  /** Index of the predicted byte in the document. */
  offset: z.int().min(1),
  /** The market's cost of it. */
  bits: z.number(),
  domain: z.string().default(""),
  /** Bytes that were shown before it. */
  context: z.int().min(1).optional(),
});

/** One byte that a validator scored. */
export type LoggedRow = z.output<typeof loggedRow>;

/** @throws GanglionError TRAINER_BAD_ROW_LOG with the number of the line, from 1 */
export function parseRowLog(lines: string): LoggedRow[] {
  return lines.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const parsed = loggedRow.safeParse(parseJson(line));
    if (parsed.success) return [parsed.data];
    throw new GanglionError(
      "TRAINER_BAD_ROW_LOG",
      `line ${index + 1} is no scored row: it needs document, offset and bits`,
      { line: index + 1 },
    );
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
