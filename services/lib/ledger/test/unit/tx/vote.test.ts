import { asSpikes, UNSTAKE_ALL } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { decodeState, encodeState, readGovernance } from "../../../src/index.ts";
import { endRound, governed, propose, setParam, stakeOn, voteFor } from "../../gen/governed.ts";
import type { Sim } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

const GLN = 1_000_000_000n;
const SLASH = setParam("slashPpm", 1n);

/** In the round in which proposal 0 is voted on. */
function voting(): Sim {
  const sim = governed();
  propose(sim, SLASH);
  endRound(sim);
  return sim;
}

const tallyOf = (sim: Sim): readonly bigint[] => {
  const [proposal] = readGovernance(sim.state).proposals;
  return [proposal?.yes ?? -1n, proposal?.no ?? -1n, proposal?.roundStake ?? -1n];
};

describe("vote", () => {
  it("GOV-1: is open for a proposal in the round after its own, and then no more", () => {
    const sim = governed();
    propose(sim, SLASH);
    expect(sim.include("ann", voteFor(0))).toBe("GOV_NOT_VOTING");
    endRound(sim);
    expect(sim.include("ann", voteFor(1))).toBe("GOV_NOT_VOTING");
    expect(sim.include("ann", voteFor(0))).toBe("OK");
    endRound(sim);
    expect(sim.include("ben", voteFor(0))).toBe("GOV_NOT_VOTING");
  });

  it("GOV-3: counts a position once, with its stake at the round's start", () => {
    const sim = voting();
    const unknown = voteFor(0, "yes", "nobody");
    expect(sim.include("ann", unknown)).toBe("GOV_NO_STAKE");
    sim.fund("dan", 10n * GLN);
    expect(sim.include("dan", stakeOn("val", GLN))).toBe("OK");
    expect(sim.include("dan", voteFor(0))).toBe("GOV_NO_STAKE");
    sim.include("ann", stakeOn("val", 50n * GLN));
    expect(sim.include("ann", voteFor(0))).toBe("OK");
    expect(sim.include("ann", voteFor(0, "no"))).toBe("GOV_VOTED");
    expect(sim.include("ben", voteFor(0, "no"))).toBe("OK");
    expect(tallyOf(sim)).toEqual([6n * GLN, 3n * GLN, 10n * GLN]);
  });

  it("GOV-3: counts stake that left or moved during the round where it was, and nowhere else", () => {
    const sim = voting();
    sim.register("other");
    const all = asSpikes(UNSTAKE_ALL);
    expect(sim.include("ben", { kind: "unstake", hotkey: testKey("val").publicKey, amount: all })).toBe("OK");
    const [from, to] = [testKey("val").publicKey, testKey("other").publicKey];
    expect(sim.include("cat", { kind: "moveStake", from, to, amount: all })).toBe("OK");
    expect(sim.include("cat", voteFor(0, "yes", "other"))).toBe("GOV_NO_STAKE");
    for (const name of ["ann", "ben", "cat"]) expect(sim.include(name, voteFor(0))).toBe("OK");
    expect(tallyOf(sim)).toEqual([10n * GLN, 0n, 10n * GLN]);
  });

  it("GOV-3: knows who voted also after a restart", () => {
    const sim = voting();
    sim.include("ann", voteFor(0));
    sim.state = decodeState(encodeState(sim.state));
    expect(sim.include("ann", voteFor(0))).toBe("GOV_VOTED");
    expect(sim.include("cat", voteFor(0))).toBe("OK");
  });
});
