import { asUid, type WeightRow } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { decodeBonds } from "../../../src/state/bonds.ts";
import { readRow } from "../../../src/state/rows.ts";
import { SERVE_MINER, Sim } from "../../gen/sim.ts";

const rows: readonly WeightRow[] = [{ domainId: 0, entries: [{ uid: asUid(2), weight: 1 }] }];

/** The first epoch in which both validators' rows count, and what validator 0 then holds. */
function firstEpoch(consensusMode: "classic" | "yuma3"): { dividends: number[]; bonds: number[] } {
  const sim = new Sim({ validators: ["a", "b"], params: { consensusMode } });
  sim.register("miner");
  sim.include("miner", SERVE_MINER);
  sim.runTo(10);
  sim.weightEpoch(() => rows);
  const report = sim.weightEpoch(() => rows).epochReport;
  const { values } = decodeBonds(readRow(sim.state, "bonds", 0).entries);
  return { dividends: [0, 1].map((uid) => report?.neurons[uid]?.dividend ?? 0), bonds: [...values] };
}

describe("the mode of consensus", () => {
  it("CONS-4: classic bonds are parts of the column's greatest", () => {
    expect(firstEpoch("classic")).toEqual({ dividends: [0.5, 0.5], bonds: [65_535] });
  });

  it("CONS-5: Yuma3 bonds, if genesis says so, are a tenth of the weight after one epoch", () => {
    expect(firstEpoch("yuma3")).toEqual({ dividends: [0.5, 0.5], bonds: [6_554] });
  });
});
