import { PRESETS } from "@ganglion/params";
import {
  type Action,
  addressOfAuthority,
  asHeight,
  compareBytes,
  encodeSignedTransaction,
  signingBytes,
} from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { checkTransaction, simulateTransaction } from "../../../src/index.ts";
import { SERVE_VALIDATOR, Sim, transferTo } from "../../gen/sim.ts";
import { fakeSign, fakeVerify, testKey } from "../../gen/testKey.ts";

const verifySignature = fakeVerify;
const bob = testKey("bob");

function rich(): Sim {
  const sim = new Sim();
  sim.fund("alice", 50_000_000n);
  return sim;
}

function codeOf(sim: Sim, bytes: Uint8Array, expectedNonce?: number): string {
  const context = expectedNonce === undefined ? { verifySignature } : { verifySignature, expectedNonce };
  const check = checkTransaction(sim.state, bytes, context);
  return check.ok ? "OK" : check.code;
}

describe("checkTransaction", () => {
  it("TX-1: refuses bytes that are not the canonical encoding, or too many", () => {
    const sim = rich();
    const bytes = sim.sign(sim.body("alice", transferTo(bob, 2_000_000n)), ["alice"]);
    expect(codeOf(sim, bytes)).toBe("OK");
    expect(codeOf(sim, new Uint8Array(0))).toBe("TX_MALFORMED");
    expect(codeOf(sim, bytes.subarray(0, bytes.length - 1))).toBe("TX_MALFORMED");
    expect(codeOf(sim, new Uint8Array([...bytes, 0]))).toBe("TX_MALFORMED");
    expect(codeOf(sim, new Uint8Array(PRESETS.minimal.protocol.maxTxBytes + 1))).toBe("TX_TOO_LARGE");
  });

  it("TX-2: takes exactly the signatures of those who must sign", () => {
    const sim = rich();
    const body = sim.body("alice", transferTo(bob, 2_000_000n));
    expect(codeOf(sim, sim.sign(body, ["bob"]))).toBe("TX_WRONG_SIGNERS");
    expect(codeOf(sim, sim.sign(body, []))).toBe("TX_WRONG_SIGNERS");
    expect(codeOf(sim, sim.sign(body, ["alice", "bob"]))).toBe("TX_WRONG_SIGNERS");
  });

  it("TX-2: binds a signature to body and ledger", () => {
    const sim = rich();
    const other = new Sim({ validators: ["other"] });
    const body = sim.body("alice", transferTo(bob, 2_000_000n));
    expect(codeOf(sim, other.sign(body, ["alice"]))).toBe("TX_BAD_SIGNATURE");
    const bytes = sim.sign(body, ["alice"]);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    expect(codeOf(sim, bytes)).not.toBe("OK");
  });

  it("TX-2: lets k of n keys sign for their address", () => {
    const sim = rich();
    const members = [testKey("a"), testKey("b"), testKey("c")].sort((x, y) =>
      compareBytes(x.publicKey, y.publicKey),
    );
    const authority = { threshold: 2, keys: members.map((member) => member.publicKey) };
    const shared = addressOfAuthority(authority);
    sim.include("alice", { kind: "transfer", to: shared, amount: transferTo(bob, 9_000_000n).amount });
    const body = { sender: shared, nonce: 0, validUntil: asHeight(50), action: transferTo(bob, 2_000_000n) };
    const message = signingBytes(body, sim.genesisHash);
    const signedBy = (indexes: readonly number[]): Uint8Array =>
      encodeSignedTransaction({
        body,
        signatures: [
          {
            authority,
            signatures: indexes.map((index) => ({
              index,
              signature: fakeSign(members[index]?.publicKey ?? shared, message),
            })),
          },
        ],
      });
    expect(codeOf(sim, signedBy([0, 2]))).toBe("OK");
    expect(codeOf(sim, signedBy([1]))).toBe("TX_WRONG_SIGNERS");
    expect(codeOf(sim, signedBy([2, 2]))).toBe("TX_WRONG_SIGNERS");
    expect(codeOf(sim, signedBy([0, 1, 2]))).toBe("TX_WRONG_SIGNERS");
  });

  it("TX-3: takes each nonce once and in order", () => {
    const sim = rich();
    const first = sim.sign(sim.body("alice", transferTo(bob, 2_000_000n)), ["alice"]);
    const second = sim.sign(sim.body("alice", transferTo(bob, 2_000_000n)), ["alice"]);
    expect(codeOf(sim, second)).toBe("TX_NONCE_TOO_HIGH");
    expect(codeOf(sim, second, 1)).toBe("OK");
    sim.block();
    expect(sim.include("alice", transferTo(bob, 2_000_000n))).toBe("OK");
    expect(codeOf(sim, first)).toBe("TX_NONCE_TOO_LOW");
    expect(codeOf(sim, sim.sign(sim.body("nobody", transferTo(bob, 2_000_000n)), ["nobody"]))).toBe(
      "TX_UNKNOWN_ACCOUNT",
    );
  });

  it("TX-4: refuses a transaction after its last height", () => {
    const sim = rich();
    const validUntil = asHeight(2);
    const body = sim.body("alice", transferTo(bob, 2_000_000n), { validUntil });
    sim.block();
    expect(codeOf(sim, sim.sign(body, ["alice"]))).toBe("OK");
    sim.block();
    expect(codeOf(sim, sim.sign(body, ["alice"]))).toBe("TX_EXPIRED");
  });

  it("TX-5: leaves the root of everything but the clock alone when it refuses", () => {
    const refused = rich();
    const idle = rich();
    expect(refused.include("alice", transferTo(bob, 1n))).toBe("TRANSFER_BELOW_MINIMUM");
    idle.block();
    expect(refused.root).toBe(idle.root);
  });

  it("FEE-2: takes no fee for what a hotkey without money must be able to send", () => {
    const sim = new Sim();
    sim.send("miner", sim.workFor("miner"));
    sim.send("val", SERVE_VALIDATOR);
    sim.send("val", sim.commitOf("val", []));
    expect(sim.block().receipts.map(({ code, fee }) => [code, fee])).toEqual([
      ["OK", 0n],
      ["OK", 0n],
      ["OK", 0n],
    ]);
  });

  it("FEE-4: names the lane in which a transaction competes", () => {
    const sim = rich();
    const laneOf = (sender: string, action: Action): string => {
      const bytes = sim.sign(sim.body(sender, action), [sender]);
      const check = checkTransaction(sim.state, bytes, { verifySignature });
      return check.ok ? check.lane : check.code;
    };
    expect(laneOf("alice", transferTo(bob, 2_000_000n))).toBe("transfers");
    expect(laneOf("miner", sim.workFor("miner"))).toBe("registration");
    expect(laneOf("val", SERVE_VALIDATOR)).toBe("weights");
  });

  it("simulates without changing the state", () => {
    const sim = rich();
    const before = sim.root;
    const bytes = sim.sign(sim.body("alice", transferTo(bob, 2_000_000n)), ["alice"]);
    const { receipt, events } = simulateTransaction(sim.state, bytes, { verifySignature });
    expect(receipt.code).toBe("OK");
    expect(events).toHaveLength(1);
    expect(sim.root).toBe(before);
    expect(sim.balance("bob")).toBe(0n);
  });
});
