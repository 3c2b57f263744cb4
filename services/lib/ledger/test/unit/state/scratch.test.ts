import { describe, expect, it } from "@jest/globals";
import { simulateTransaction } from "../../../src/index.ts";
import { Sim, transferTo } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

describe("a simulated transaction", () => {
  it("leaves no trace in the lookup of the state that it starts from", () => {
    const sim = new Sim();
    sim.fund("alice", 10n ** 9n);
    const { state, root } = sim;
    const rowsOf = (name: string) => state.lookup.accounts.find(testKey(name).address, () => true);
    const transaction = sim.sign(sim.body("alice", transferTo(testKey("bob"), 2_000_000n)), ["alice"]);
    const { receipt } = simulateTransaction(state, transaction, { verifySignature: () => true });
    expect(receipt.code).toBe("OK");
    expect(rowsOf("alice")).toBeDefined();
    expect(rowsOf("bob")).toBeUndefined();
    expect(sim.root).toBe(root);
  });
});
