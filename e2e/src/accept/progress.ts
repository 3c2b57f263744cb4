const LOOK_MS = 5_000;
const MINUTE_MS = 60_000;

export type Progress = {
  /** Tells how far a check is. */
  readonly say: (text: string) => void;
  readonly stop: () => void;
};

/** Tells on standard error what runs: that it begins, what it says itself, else how long it has run, each minute. */
export function startProgress(title: string): Progress {
  const startedMs = performance.now();
  let saidMs = startedMs;
  const say = (text: string): void => {
    saidMs = performance.now();
    process.stderr.write(`${new Date().toISOString()} ${title}: ${text}\n`);
  };
  say("begins");
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - saidMs >= MINUTE_MS - LOOK_MS / 2)
      say(`running for ${Math.round((now - startedMs) / MINUTE_MS)} min`);
  }, LOOK_MS);
  return { say, stop: () => clearInterval(timer) };
}
