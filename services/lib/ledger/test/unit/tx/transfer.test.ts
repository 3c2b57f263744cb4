import { asSpikes } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { Sim, transferTo } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

function rich(): Sim {
  const sim = new Sim();
  sim.fund("alice", 10_000_000n);
  return sim;
}

describe("transfer", () => {
  it("FEE-1: moves the amount and recycles a fee for each byte", () => {
    const sim = rich();
    sim.send("alice", transferTo(testKey("bob"), 2_000_000n));
    const { receipts, events } = sim.block();
    const fee = receipts[0]?.fee ?? 0n;
    expect(receipts[0]?.code).toBe("OK");
    expect(fee).toBeGreaterThan(100n);
    expect(sim.balance("bob")).toBe(2_000_000n);
    expect(sim.balance("alice")).toBe(8_000_000n - fee);
    expect(events).toMatchObject([{ kind: "Transferred", amount: 2_000_000n }]);
  });

  it("FEE-3: refuses to leave a recipient with dust", () => {
    expect(rich().include("alice", transferTo(testKey("bob"), 999_999n))).toBe("TRANSFER_BELOW_MINIMUM");
  });

  it("refuses to move nothing, or more than amount and fee allow", () => {
    const sim = rich();
    expect(sim.include("alice", transferTo(testKey("bob"), 0n))).toBe("TRANSFER_ZERO");
    expect(sim.include("alice", transferTo(testKey("bob"), 10_000_000n))).toBe("TX_INSUFFICIENT_BALANCE");
  });

  it("keeps a balance that is sent to itself, less the fee", () => {
    const sim = rich();
    sim.send("alice", { kind: "transfer", to: testKey("alice").address, amount: asSpikes(5_000_000n) });
    const { receipts } = sim.block();
    expect(sim.balance("alice")).toBe(10_000_000n - (receipts[0]?.fee ?? 0n));
  });
});
