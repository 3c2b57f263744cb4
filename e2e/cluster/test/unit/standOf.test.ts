import { describe, expect, it } from "@jest/globals";
import { standOf } from "../../src/io/clusterFolder.ts";

const SPACE = { pid: 1, startTicks: 10 };
const BOOTING = { pid: 2, startTicks: 20 };

describe("standOf", () => {
  const alive =
    (...pids: readonly number[]) =>
    ({ pid }: { readonly pid: number }) =>
      pids.includes(pid);

  it("calls a booted cluster whose namespaces live running", () => {
    expect(standOf({ space: SPACE }, alive(1))).toBe("running");
  });

  it("calls what ended by itself remains", () => {
    expect(standOf({ space: SPACE }, alive())).toBe("remains");
  });

  it("calls one that another process still boots booting", () => {
    expect(standOf({ space: SPACE, bootedBy: BOOTING }, alive(1, 2))).toBe("booting");
  });

  it("calls what an interrupted boot left remains, though it lives", () => {
    expect(standOf({ space: SPACE, bootedBy: BOOTING }, alive(1))).toBe("remains");
  });
});
