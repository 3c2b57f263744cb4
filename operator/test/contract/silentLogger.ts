import type { Logger } from "@ganglion/types";

const nothing = (): void => undefined;

/** For tests that provoke what would be logged. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLogger,
};
