import { GanglionError } from "@ganglion/types";

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A timer of Node waits for 2^31 ms at most: one of more would end at once. */
const LONGEST_HOURS = 596;

/** Aborts at Ctrl-C, SIGTERM, or when the time (as in {@link parseDurationMs}) is over. */
export function stopSignal(duration: string | undefined): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stop.abort());
  if (duration !== undefined) setTimeout(() => stop.abort(), parseDurationMs(duration)).unref();
  return stop.signal;
}

/** @throws GanglionError CLI_BAD_DURATION */
export function parseDurationMs(text: string): number {
  const [, amount, unit] = /^(\d{1,6})(ms|s|m|h)$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit ?? ""];
  if (amount === undefined || unitMs === undefined)
    throw new GanglionError("CLI_BAD_DURATION", `"${text}" is no time: write 500ms, 90s, 3m or 1h`);
  const durationMs = Number(amount) * unitMs;
  if (durationMs > LONGEST_HOURS * 3_600_000)
    throw new GanglionError("CLI_BAD_DURATION", `"${text}" is too long: ${LONGEST_HOURS}h is the most`);
  return durationMs;
}
