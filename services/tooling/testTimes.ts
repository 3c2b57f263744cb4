/** How long a test file ran; its path is below the repository's root. */
export type TestTime = { readonly path: string; readonly seconds: number };

const SLOWEST = 10;
const KIT = /^operator\/test\//;
const KIT_ON_REAL_SERVER = "operator/test/contract/real.test.ts";

/** Lines for people: the slowest files, and what the controller kit's units and its contract on the fake server took. */
export function reportTimes(files: readonly TestTime[]): readonly string[] {
  const slowest = [...files].sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  const kit = files.filter(({ path }) => KIT.test(path) && path !== KIT_ON_REAL_SERVER);
  const sum = kit.reduce((total, { seconds }) => total + seconds, 0);
  return [
    "slowest test files",
    ...slowest.map(({ path, seconds }) => timeLine(seconds, path)),
    timeLine(sum, `operator: units and contract on the fake API server, sum of ${kit.length} files`),
  ];
}

/** One line of a table of times. */
export function timeLine(seconds: number, what: string): string {
  return `${seconds.toFixed(1).padStart(7)} s  ${what}`;
}
