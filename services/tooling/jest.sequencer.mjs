import { statSync } from "node:fs";
import { relative } from "node:path";
import { orderTests } from "./testOrder.ts";

/** Starts the test files that take long first, so that the workers end together. */
export default class LongFirstSequencer {
  sort(tests) {
    const files = tests.map((test) => ({
      test,
      path: relative(test.context.config.rootDir, test.path),
      sizeBytes: statSync(test.path).size,
    }));
    return orderTests(files).map(({ test }) => test);
  }
  cacheResults() {
    // Jest hands in what it has measured; the order is declared.
  }
}
