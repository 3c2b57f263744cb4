import { asSpikes, bytesToHex } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { encodeStateChunks, StateAssembly, stateRoot } from "../../../src/index.ts";
import { pushRow } from "../../../src/state/rows.ts";
import { Sim, transferTo } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

const MANY_ACCOUNTS = 40_000;

/** A ledger with things in most lists, and more accounts than one chunk takes. */
function richSim(): Sim {
  const sim = new Sim({ validators: ["a", "b"] });
  sim.fund("alice", 10n ** 10n);
  sim.register("miner");
  const hotkey = testKey("miner").publicKey;
  sim.include("alice", { kind: "stake", hotkey, amount: asSpikes(4_000_000_000n) });
  for (let i = 0; i < MANY_ACCOUNTS; i++) {
    const address = new Uint8Array(20);
    new DataView(address.buffer).setUint32(0, i + 1);
    pushRow(sim.state, "accounts", { address, balance: 0n, nonce: 0 });
  }
  return sim;
}

function assemble(chunks: Iterable<Uint8Array>) {
  const assembly = new StateAssembly();
  for (const chunk of chunks) assembly.add(chunk);
  return assembly.finish();
}

describe("encodeStateChunks", () => {
  it("STATE-6: chunks give the same state, and the same chunks again", () => {
    const sim = richSim();
    const root = bytesToHex(stateRoot(sim.state));
    const chunks = [...encodeStateChunks(sim.state)];
    const again = assemble(chunks);
    expect(chunks.length).toBeGreaterThan(2);
    expect(bytesToHex(stateRoot(again))).toBe(root);
    expect([...encodeStateChunks(again)].map(bytesToHex)).toEqual(chunks.map(bytesToHex));
  });

  it("STATE-6: chunks tell of the state at which they began, whatever blocks come in between", () => {
    const sim = richSim();
    const root = bytesToHex(stateRoot(sim.state));
    const chunks = encodeStateChunks(sim.state);
    const first = chunks.next().value ?? new Uint8Array(0);
    for (let i = 0; i < 3; i++) sim.include("alice", transferTo(testKey("bob"), 2_000_000n));
    const later = [first, ...chunks];
    expect(bytesToHex(stateRoot(assemble(later)))).toBe(root);
    expect(sim.root).not.toBe(root);
  });

  it("STATE-6: a restored state gives the same next roots", () => {
    const sim = new Sim({ validators: ["a", "b"] });
    sim.fund("alice", 10n ** 10n);
    sim.register("miner");
    for (let round = 0; round < 4; round++) {
      const fork = sim.fork();
      fork.state = assemble(encodeStateChunks(sim.state));
      for (const one of [sim, fork])
        for (let i = 0; i < 7; i++) one.include("alice", transferTo(testKey(`to ${round}`), 2_000_000n));
      expect(fork.root).toBe(sim.root);
    }
  });

  it("refuses chunks that are torn, repeated, out of order or missing", () => {
    const chunks = [...encodeStateChunks(richSim().state)];
    const [first = new Uint8Array(0), second = new Uint8Array(0)] = chunks;
    const refused = { code: "LEDGER_BAD_CHUNK" };
    const assembly = new StateAssembly();
    expect(() => assembly.add(second)).toThrow(expect.objectContaining(refused));
    assembly.add(first);
    expect(() => assembly.add(second.subarray(0, second.length - 1))).toThrow(
      expect.objectContaining(refused),
    );
    expect(() => assembly.add(first)).toThrow(expect.objectContaining(refused));
    expect(() => new StateAssembly().finish()).toThrow(expect.objectContaining(refused));
  });
});
