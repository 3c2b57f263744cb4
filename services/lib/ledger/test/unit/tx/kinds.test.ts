import {
  ACTION_KINDS,
  type Action,
  addressOfAuthority,
  asHeight,
  asSpikes,
  compareBytes,
  encodeSignedTransaction,
  signingBytes,
  singleSignature,
  UNSTAKE_ALL,
} from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { readAccount } from "../../../src/index.ts";
import { ruleOf } from "../../../src/tx/table.ts";
import { SERVE_MINER, Sim, transferTo } from "../../gen/sim.ts";
import { fakeSign, testKey } from "../../gen/testKey.ts";

const GLN = 1_000_000_000n;
const hotkey = testKey("hot").publicKey;
const bytes32 = new Uint8Array(32);
const amount = asSpikes(GLN);

/** One action of each kind, with its lane and whether it pays the byte fee. */
const KINDS: readonly (readonly [Action, string, boolean])[] = [
  [transferTo(testKey("bob"), GLN), "transfers", true],
  [new Sim().workFor("hot"), "registration", false],
  [SERVE_MINER, "weights", false],
  [{ kind: "unserve" }, "weights", false],
  [new Sim().commitOf("hot", []), "weights", false],
  [new Sim().revealOf([], 0), "weights", false],
  [{ kind: "stake", hotkey, amount }, "transfers", true],
  [{ kind: "unstake", hotkey, amount }, "transfers", false],
  [{ kind: "moveStake", from: hotkey, to: hotkey, amount }, "transfers", true],
  [{ kind: "setTake", hotkey, takePpm: 0 }, "transfers", true],
  [new Sim().bindOf("key", "hot"), "consensus", true],
  [{ kind: "unbindKey" }, "consensus", true],
  [{ kind: "swapHotkey", hotkey, newHotkey: hotkey }, "consensus", true],
  [{ kind: "publishRecord", recordKind: "dataset", name: "a", digest: bytes32, uri: "" }, "transfers", true],
  [{ kind: "propose", content: { kind: "expel", hotkey } }, "consensus", true],
  [{ kind: "vote", proposal: 0, hotkey, choice: "yes" }, "consensus", true],
];

describe("kinds of transactions", () => {
  it("FEE-4: have their lanes", () => {
    expect(KINDS.map(([{ kind }]) => kind)).toEqual([...ACTION_KINDS]);
    for (const [action, lane] of KINDS) expect(ruleOf(action).lane).toBe(lane);
  });

  it("FEE-1: pay a fee but those that somebody without money must be able to send", () => {
    for (const [action, , pays] of KINDS) expect(ruleOf(action).paysFee(action)).toBe(pays);
  });

  it("TX-2: are all open to k of n keys, also to own a hotkey", () => {
    const sim = new Sim();
    const members = ["a", "b", "c"].map(testKey).sort((x, y) => compareBytes(x.publicKey, y.publicKey));
    const authority = { threshold: 2, keys: members.map(({ publicKey }) => publicKey) };
    const shared = addressOfAuthority(authority);
    const work = sim.workFor("hot");
    if (work.kind !== "register") throw new TypeError("no registration");
    expect(sim.include("hot", { ...work, owner: shared })).toBe("OK");
    sim.fund("rich", 10n * GLN);
    sim.include("rich", { kind: "transfer", to: shared, amount: asSpikes(5n * GLN) });
    const include = (action: Action, cosigner?: string): string => {
      const { nonce } = readAccount(sim.state, shared);
      const body = { sender: shared, nonce, validUntil: asHeight(500), action };
      const message = signingBytes(body, sim.genesisHash);
      const signatures = [0, 2].map((index) => ({
        index,
        signature: fakeSign(members[index]?.publicKey ?? shared, message),
      }));
      const others = cosigner === undefined ? [] : [testKey(cosigner).publicKey];
      const signed = {
        body,
        signatures: [
          { authority, signatures },
          ...others.map((key) => singleSignature(key, fakeSign(key, message))),
        ],
      };
      const input = sim.nextInput();
      const transactions = [encodeSignedTransaction(signed)];
      return sim.apply({ ...input, transactions }).receipts[0]?.code ?? "no receipt";
    };
    const val = testKey("val").publicKey;
    const actions: readonly Action[] = [
      { kind: "stake", hotkey, amount },
      { kind: "moveStake", from: hotkey, to: val, amount: UNSTAKE_ALL },
      { kind: "unstake", hotkey: val, amount: UNSTAKE_ALL },
      { kind: "setTake", hotkey, takePpm: 0 },
      { kind: "publishRecord", recordKind: "modelCard", name: "a", digest: bytes32, uri: "x" },
    ];
    for (const action of actions) expect([action.kind, include(action)]).toEqual([action.kind, "OK"]);
    const newHotkey = testKey("hot 2").publicKey;
    expect(include({ kind: "swapHotkey", hotkey, newHotkey }, "hot 2")).toBe("OK");
  });
});
