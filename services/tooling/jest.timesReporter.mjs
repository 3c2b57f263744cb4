import { relative } from "node:path";
import { reportTimes } from "./testTimes.ts";

/** Prints where the time of a whole run went. */
export default class TimesReporter {
  constructor(globalConfig) {
    this.root = globalConfig.rootDir;
  }
  onRunComplete(_contexts, { testResults }) {
    const files = testResults.map(({ testFilePath, perfStats }) => ({
      path: relative(this.root, testFilePath),
      seconds: perfStats.runtime / 1000,
    }));
    process.stdout.write(`${reportTimes(files).join("\n")}\n`);
  }
}
