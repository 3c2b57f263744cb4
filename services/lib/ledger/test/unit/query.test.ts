import { describe, expect, it } from "@jest/globals";
import { readPruning } from "../../src/index.ts";
import { Sim } from "../gen/sim.ts";
import { testKey } from "../gen/testKey.ts";

describe("readPruning", () => {
  it("SLOT-2: tells the order of replacement, immunity left, and one owner's neurons", () => {
    const sim = new Sim();
    for (const name of ["a", "b", "c"]) expect(sim.register(name, name === "b" ? "rich" : "poor")).toBe("OK");
    const early = readPruning(sim.state);
    expect(early.map(({ uid, distance }) => [uid, distance])).toEqual([
      [0, -1],
      [1, -1],
      [2, -1],
      [3, -1],
    ]);
    expect(early.map(({ immunityLeft }) => immunityLeft)).toEqual([36, 37, 38, 39]);
    sim.runTo(41);
    const later = readPruning(sim.state);
    expect(later.map(({ uid, distance }) => [uid, distance])).toEqual([
      [1, 0],
      [2, 1],
      [0, -1],
      [3, -1],
    ]);
    expect(later[2]).toMatchObject({ keptByBootstrap: true, immunityLeft: 0, slotsFull: false });
    expect(readPruning(sim.state, testKey("poor").address).map(({ uid }) => uid)).toEqual([1, 3]);
  });
});
