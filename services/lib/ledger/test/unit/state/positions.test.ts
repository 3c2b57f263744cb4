import { asSpikes, UNSTAKE_ALL } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { Sim } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

describe("positions", () => {
  it("STATE-4: reuses the rows of positions that are empty", () => {
    const sim = new Sim();
    sim.register("miner");
    const hotkey = testKey("miner").publicKey;
    for (let i = 0; i < 20; i++) {
      sim.fund(`guest ${i}`, 10n ** 9n);
      expect(sim.include(`guest ${i}`, { kind: "stake", hotkey, amount: asSpikes(10n ** 8n) })).toBe("OK");
      expect(sim.include(`guest ${i}`, { kind: "unstake", hotkey, amount: UNSTAKE_ALL })).toBe("OK");
    }
    expect(sim.state.view.positions.length).toBeLessThanOrEqual(2);
  });
});
