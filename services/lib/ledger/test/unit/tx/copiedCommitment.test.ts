import { asUid, type WeightRow } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { SERVE_MINER, Sim } from "../../gen/sim.ts";

describe("a copied commitment", () => {
  it("WEIGHT-10: cannot be opened by another hotkey, not even with its rows and salt", () => {
    const sim = new Sim({ validators: ["honest", "copier"] });
    sim.register("miner");
    sim.include("miner", SERVE_MINER);
    const rows: readonly WeightRow[] = [{ domainId: 0, entries: [{ uid: asUid(2), weight: 1 }] }];
    const commit = sim.commitOf("honest", rows);
    expect(sim.include("honest", commit)).toBe("OK");
    expect(sim.include("copier", commit)).toBe("OK");
    sim.runTo(10);
    expect(sim.include("honest", sim.revealOf(rows))).toBe("OK");
    expect(sim.include("copier", sim.revealOf(rows))).toBe("WEIGHTS_WRONG_COMMITMENT");
  });
});
