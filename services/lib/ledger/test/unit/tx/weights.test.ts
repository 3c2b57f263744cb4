import { asUid, type WeightRow } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { readNeuronWeights } from "../../../src/index.ts";
import { SERVE_VALIDATOR, Sim } from "../../gen/sim.ts";

const row = (entries: readonly (readonly [number, number])[], domainId = 0): WeightRow => ({
  domainId,
  entries: entries.map(([uid, weight]) => ({ uid: asUid(uid), weight })),
});

describe("commitWeights", () => {
  it("WEIGHT-1: takes commits of declared validators with stake, or of genesis", () => {
    const sim = new Sim();
    sim.register("other");
    expect(sim.include("other", sim.commitOf("other", []))).toBe("WEIGHTS_NOT_VALIDATOR");
    sim.include("other", SERVE_VALIDATOR);
    expect(sim.include("other", sim.commitOf("other", []))).toBe("WEIGHTS_LOW_STAKE");
    expect(sim.include("val", sim.commitOf("val", []))).toBe("OK");
    sim.fund("stranger", 10n ** 9n);
    expect(sim.include("stranger", sim.commitOf("stranger", []))).toBe("NEURON_UNKNOWN");
  });

  it("WEIGHT-2: takes commits of the present epoch before its last blocks", () => {
    const sim = new Sim();
    expect(sim.include("val", sim.commitOf("val", [], 1))).toBe("WEIGHTS_WRONG_EPOCH");
    sim.runTo(8);
    expect(sim.include("val", sim.commitOf("val", []))).toBe("WEIGHTS_AFTER_CUTOFF");
    sim.runTo(17);
    expect(sim.include("val", sim.commitOf("val", []))).toBe("OK");
  });

  it("WEIGHT-3: takes one commit an epoch", () => {
    const sim = new Sim();
    expect(sim.include("val", sim.commitOf("val", []))).toBe("OK");
    expect(sim.include("val", sim.commitOf("val", [row([])]))).toBe("WEIGHTS_ALREADY_COMMITTED");
  });
});

describe("revealWeights", () => {
  it("WEIGHT-4: opens a commit in the epoch revealDelay after it, once", () => {
    const sim = new Sim();
    sim.register("miner");
    const rows = [row([[1, 5]])];
    sim.include("val", sim.commitOf("val", rows));
    expect(sim.include("val", sim.revealOf(rows, 0))).toBe("WEIGHTS_WRONG_EPOCH");
    sim.runTo(10);
    expect(sim.include("val", sim.revealOf(rows))).toBe("OK");
    expect(readNeuronWeights(sim.state, 0)).toEqual(rows);
    expect(sim.neuron("val").lastUpdate).toBe(11);
    expect(sim.include("val", sim.revealOf(rows))).toBe("WEIGHTS_NO_COMMIT");
    sim.runTo(20);
    expect(sim.include("val", sim.revealOf(rows, 0))).toBe("WEIGHTS_WRONG_EPOCH");
  });

  it("WEIGHT-5: takes the committed rows in canonical form only", () => {
    const sim = new Sim();
    sim.register("miner");
    const rows = [row([[1, 5]])];
    sim.include("val", sim.commitOf("val", rows));
    sim.runTo(10);
    const bad: (readonly [string, readonly WeightRow[]])[] = [
      ["WEIGHTS_WRONG_COMMITMENT", [row([[1, 6]])]],
      ["WEIGHTS_BAD_ROW", [row([[2, 5]])]],
      ["WEIGHTS_BAD_ROW", [row([[1, 0]])]],
      [
        "WEIGHTS_BAD_ROW",
        [
          row([
            [1, 5],
            [1, 5],
          ]),
        ],
      ],
      [
        "WEIGHTS_BAD_ROW",
        [
          row([
            [1, 5],
            [0, 5],
          ]),
        ],
      ],
      ["WEIGHTS_BAD_ROW", [row([], 1)]],
      ["WEIGHTS_BAD_ROW", [row([]), row([])]],
    ];
    for (const [code, rowsGiven] of bad) expect(sim.include("val", sim.revealOf(rowsGiven))).toBe(code);
    sim.include("miner", SERVE_VALIDATOR);
    expect(sim.include("miner", sim.revealOf(rows))).toBe("WEIGHTS_NO_PERMIT");
    expect(sim.include("val", sim.revealOf(rows))).toBe("OK");
  });

  it("WEIGHT-9: refuses a reveal of older scoring rules", () => {
    const sim = new Sim({ params: { weightsVersion: 2 } });
    sim.include("val", sim.commitOf("val", []));
    sim.runTo(10);
    expect(sim.include("val", sim.revealOf([]))).toBe("WEIGHTS_OLD_VERSION");
  });
});
