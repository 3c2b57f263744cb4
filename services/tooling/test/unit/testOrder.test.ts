import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { LONG_TESTS, orderTests } from "../../testOrder.ts";

const [FIRST = "", SECOND = ""] = LONG_TESTS;

describe("orderTests", () => {
  it("starts long files first, in their order, however small they are", () => {
    const files = [
      { path: "a.test.ts", sizeBytes: 9_000 },
      { path: SECOND, sizeBytes: 2 },
      { path: FIRST, sizeBytes: 1 },
    ];
    expect(orderTests(files).map(({ path }) => path)).toEqual([FIRST, SECOND, "a.test.ts"]);
  });

  it("starts all others by size", () => {
    const files = [1, 3, 2].map((sizeBytes) => ({ path: `${sizeBytes}.test.ts`, sizeBytes }));
    expect(orderTests(files).map(({ sizeBytes }) => sizeBytes)).toEqual([3, 2, 1]);
  });
});

describe("LONG_TESTS", () => {
  it.each(LONG_TESTS)("%s is there", (path) => {
    expect(existsSync(fileURLToPath(new URL(`../../../../${path}`, import.meta.url)))).toBe(true);
  });
});
