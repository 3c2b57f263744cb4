import { asSpikes, errorCode } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { openTrial, readHead } from "../../../src/index.ts";
import { decide, governed, upgradeAt } from "../../gen/governed.ts";
import { Network } from "../../gen/network.ts";
import { SERVE_VALIDATOR, Sim, transferTo } from "../../gen/sim.ts";
import { fakeVerify, testKey } from "../../gen/testKey.ts";

const verifySignature = fakeVerify;
const GLN = 1_000_000_000n;
const bob = testKey("bob");

function codes(
  sim: Sim,
  transactions: readonly Uint8Array[],
  misbehaviour: Parameters<typeof openTrial>[1]["misbehaviour"] = [],
): string[] {
  const run = openTrial(
    sim.state,
    { timeMs: readHead(sim.state).timeMs + 1_000, misbehaviour },
    { verifySignature },
  );
  return transactions.map((bytes) => run(bytes).code);
}

describe("openTrial", () => {
  it("FEE-5: runs each transaction after those before it, and leaves the state as it is", () => {
    const sim = new Sim();
    sim.fund("alice", GLN);
    const { root } = sim;
    const spend = () => sim.sign(sim.body("alice", transferTo(bob, GLN - 100_000n)), ["alice"]);
    const serve = () => sim.sign(sim.body("val", SERVE_VALIDATOR), ["val"]);
    const proposal = [spend(), spend(), serve(), serve(), serve()];
    const found = ["OK", "TX_INSUFFICIENT_BALANCE", "OK", "SERVE_TOO_SOON", "TX_NONCE_TOO_HIGH"];
    expect(codes(sim, proposal)).toEqual(found);
    expect(codes(sim, proposal)).toEqual(found);
    expect(sim.root).toBe(root);
  });

  it("FEE-5: runs them after the evidence of their block", () => {
    const network = new Network({ validators: ["a", "b", "c", "d"], params: { bootstrapEndHeight: 10 } });
    for (const name of ["a", "b", "c", "d"]) network.stake(`${name} owner`, name, 100n * GLN);
    network.finishEpoch();
    network.runTo(14);
    const { sim } = network;
    const { timeMs, height } = readHead(sim.state);
    const hotkey = testKey("a").publicKey;
    const body = sim.body("a owner", { kind: "unstake", hotkey, amount: asSpikes(96n * GLN) });
    const unstake = sim.sign(body, ["a owner"]);
    const consensusKey = testKey("a consensus").publicKey;
    const fault = { kind: "duplicateVote", consensusKey, height: height - 1, timeMs } as const;
    expect([codes(sim, [unstake]), codes(sim, [unstake], [fault])]).toEqual([["OK"], ["STAKE_INSUFFICIENT"]]);
  });

  it("GOV-7: stops a version that does not know the next block's rules", () => {
    const sim = governed();
    decide(sim, upgradeAt(60, "tomorrow"));
    sim.runTo(59);
    let code = "OK";
    try {
      codes(sim, []);
    } catch (error) {
      code = errorCode(error);
    }
    expect(code).toBe("CHAIN_UPGRADE_NEEDED");
  });
});
