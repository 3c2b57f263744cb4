import { describe, expect, it } from "@jest/globals";
import { reportTimes } from "../../testTimes.ts";

describe("reportTimes", () => {
  it("names the ten slowest files, the slowest first", () => {
    const files = Array.from({ length: 12 }, (_, index) => ({ path: `${index}.test.ts`, seconds: index }));
    const lines = reportTimes(files);
    expect(lines.slice(1, 11).map((line) => line.trim())).toEqual(
      Array.from({ length: 10 }, (_, index) => `${11 - index}.0 s  ${11 - index}.test.ts`),
    );
  });

  it("adds up the operator's files but those on a real API server", () => {
    const lines = reportTimes([
      { path: "operator/test/unit/a.test.ts", seconds: 1.5 },
      { path: "operator/test/contract/fake.test.ts", seconds: 40 },
      { path: "operator/test/contract/real.test.ts", seconds: 500 },
      { path: "services/chain/test/unit/b.test.ts", seconds: 3 },
    ]);
    expect(lines.at(-1)).toMatch(/^ +41\.5 s {2}operator: .* sum of 2 files$/);
  });
});
