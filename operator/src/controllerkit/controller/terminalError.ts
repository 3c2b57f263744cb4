import { GanglionError } from "@ganglion/types";

/**
 * What a reconciler throws when trying again can't help until the object changes, for example for a field that
 * no rule of the schema could refuse. It is counted and logged, and not retried; say it in the status first.
 */
export class TerminalError extends GanglionError<"KIT_TERMINAL"> {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super("KIT_TERMINAL", message, {}, options);
    this.name = "TerminalError";
  }
}
