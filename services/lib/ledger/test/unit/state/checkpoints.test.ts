import { asSpikes } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { stateRoot } from "../../../src/index.ts";
import { poolOfHotkey } from "../../../src/state/pools.ts";
import { positionsOf } from "../../../src/state/positions.ts";
import { writeStruct } from "../../../src/state/rows.ts";
import { payPool } from "../../../src/state/stake.ts";
import { Sim } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

const AMOUNT = 100_000_000n;
const hotkey = testKey("val").publicKey;

function staked(): Sim {
  const sim = new Sim();
  sim.fund("ann", 10n * AMOUNT);
  sim.include("ann", { kind: "stake", hotkey, amount: asSpikes(AMOUNT) });
  sim.runTo(10);
  return sim;
}

/** A later round, whatever its length. */
function beginRound(sim: Sim): void {
  writeStruct(sim.state, "governance", { round: 7 });
  stateRoot(sim.state);
}

const held = (sim: Sim) => {
  const { round, roundAmount, roundShares } = poolOfHotkey(sim.state, hotkey);
  const [position] = positionsOf(sim.state, testKey("ann").address);
  return {
    pool: { round, roundAmount, roundShares },
    position: { round: position?.round, shares: position?.roundShares },
  };
};

describe("checkpoints", () => {
  it("STATE-5: keep what a pool and a position held when the round began, through all changes in it", () => {
    const sim = staked();
    const { shares } = poolOfHotkey(sim.state, hotkey);
    beginRound(sim);
    const started = {
      pool: { round: 7, roundAmount: AMOUNT, roundShares: shares },
      position: { round: 7, shares },
    };
    sim.include("ann", { kind: "stake", hotkey, amount: asSpikes(AMOUNT) });
    expect(held(sim)).toEqual(started);
    payPool(sim.state, 0, { shared: 5n, own: 5n }, 0);
    writeStruct(sim.state, "supply", { minted: sim.state.view.supply.minted + 10n });
    stateRoot(sim.state);
    sim.include("ann", { kind: "unstake", hotkey, amount: asSpikes(AMOUNT) });
    sim.include("ann", { kind: "unstake", hotkey, amount: asSpikes(AMOUNT / 2n) });
    expect(held(sim)).toEqual(started);
  });

  it("STATE-5: begin with nothing for what is new in a round", () => {
    const sim = staked();
    beginRound(sim);
    sim.fund("ben", 10n * AMOUNT);
    sim.include("ben", { kind: "stake", hotkey, amount: asSpikes(AMOUNT) });
    expect(positionsOf(sim.state, testKey("ben").address)).toMatchObject([{ round: 7, roundShares: 0n }]);
  });
});
