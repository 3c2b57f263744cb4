import { bytesToHex } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import {
  MisbehaviorType,
  RequestFinalizeBlock,
  RequestPrepareProposal,
  RequestProcessProposal,
} from "cosmjs-types/tendermint/abci/types";
import { BlockIDFlag } from "cosmjs-types/tendermint/types/validator";
import { toDecidedBlock, toPrepare, toProposal } from "../../src/engine/cometbft/blockInput.ts";
import { fitProposal } from "../../src/engine/cometbft/fitProposal.ts";
import { addressOfConsensusKey, KeyNames } from "../../src/engine/cometbft/keyNames.ts";
import { encodeNodeGenesis, readAppState } from "../../src/engine/cometbft/nodeGenesis.ts";
import { decodeCode, encodeCode } from "../../src/engine/cometbft/resultCode.ts";
import { genesisWith } from "../gen/network.ts";

const KEYS = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
const [ALICE = new Uint8Array(0), BOB = new Uint8Array(0)] = KEYS;
const PARENT = new Uint8Array(32).fill(9);

function request(more: Partial<RequestFinalizeBlock> = {}): RequestFinalizeBlock {
  const base = RequestFinalizeBlock.fromPartial({
    height: 7n,
    hash: new Uint8Array(32).fill(5),
    time: { seconds: 1_700_000_000n, nanos: 123_999_999 },
    proposerAddress: addressOfConsensusKey(ALICE),
  });
  return { ...base, ...more };
}

const block = (asked: RequestFinalizeBlock) =>
  toDecidedBlock(asked, { keys: new KeyNames(() => KEYS), parentHash: PARENT });

const fault = (address: Uint8Array) => ({
  type: MisbehaviorType.DUPLICATE_VOTE,
  validator: { address, power: 1n },
  height: 5n,
  time: { seconds: 10n, nanos: 0 },
  totalVotingPower: 3n,
});

describe("a block that CometBFT decided", () => {
  it("takes hash, time and proposer from the header, in whole milliseconds and keys", () => {
    expect(block(request())).toMatchObject({
      height: 7,
      timeMs: 1_700_000_000_123,
      parentHash: PARENT,
      proposer: ALICE,
      seal: new Uint8Array(0),
    });
  });

  it("counts as signed only what was signed for the block", () => {
    const vote = (key: Uint8Array, blockIdFlag: BlockIDFlag) => ({
      validator: { address: addressOfConsensusKey(key), power: 3n },
      blockIdFlag,
    });
    const votes = [vote(ALICE, BlockIDFlag.BLOCK_ID_FLAG_COMMIT), vote(BOB, BlockIDFlag.BLOCK_ID_FLAG_NIL)];
    expect(block(request({ decidedLastCommit: { round: 0, votes } })).lastCommit).toEqual([
      { consensusKey: ALICE, power: 3n, signed: true },
      { consensusKey: BOB, power: 3n, signed: false },
    ]);
  });

  it.each([
    [MisbehaviorType.DUPLICATE_VOTE, "duplicateVote"],
    [MisbehaviorType.LIGHT_CLIENT_ATTACK, "lightClientAttack"],
  ])("names who misbehaved by key, and leaves out whom the ledger has forgotten: type %i", (type, kind) => {
    const addresses = [addressOfConsensusKey(BOB), new Uint8Array(20).fill(8)];
    const misbehavior = addresses.map((address) => ({ ...fault(address), type }));
    expect(block(request({ misbehavior })).misbehaviour).toEqual([
      { kind, consensusKey: BOB, height: 5, timeMs: 10_000 },
    ]);
  });

  it.each([
    ["a height below zero", { height: -1n }],
    ["a height beyond what is exact", { height: 1n << 60n }],
    ["a hash of another length", { hash: new Uint8Array(31) }],
    ["a time before 1970", { time: { seconds: -5n, nanos: 0 } }],
  ])("is refused with %s", (_, fields) => {
    expect(() => block(request(fields))).toThrow(expect.objectContaining({ code: "ABCI_BAD_MESSAGE" }));
  });

  it("stops the node when its proposer is no key of the ledger", () => {
    expect(() => block(request({ proposerAddress: new Uint8Array(20) }))).toThrow(/knows no consensus key/);
  });
});

describe("a proposal", () => {
  it("is made and judged at the time, and after the evidence, of the block that it becomes", () => {
    const keys = new KeyNames(() => KEYS);
    const asked = request({ misbehavior: [fault(addressOfConsensusKey(BOB))] });
    const { height, timeMs, misbehaviour } = block(asked);
    const { time, misbehavior } = asked;
    const opening = { height: asked.height, time, misbehavior };
    const prepare = RequestPrepareProposal.fromPartial({ ...opening, maxTxBytes: 9n });
    const process = RequestProcessProposal.fromPartial(opening);
    expect(misbehaviour).toHaveLength(1);
    expect(toPrepare(prepare, keys)).toEqual({ height, timeMs, misbehaviour, maxBytes: 9 });
    expect(toProposal(process, keys)).toEqual({ height, timeMs, misbehaviour, transactions: [] });
  });

  it("ends where CometBFT's count of bytes does", () => {
    const transactions = [100, 200, 300].map((size) => new Uint8Array(size));
    const sizes = (maxBytes: number) => fitProposal(transactions, maxBytes).map(({ length }) => length);
    const whole = RequestPrepareProposal.encode(RequestPrepareProposal.fromPartial({ txs: transactions }));
    const framing =
      whole.finish().length -
      RequestPrepareProposal.encode(RequestPrepareProposal.fromPartial({})).finish().length;
    expect(sizes(framing)).toEqual([100, 200, 300]);
    expect(sizes(framing - 1)).toEqual([100, 200]);
    expect(sizes(101)).toEqual([]);
  });
});

describe("a result's code", () => {
  it.each([
    ["OK", ""],
    ["TX_BAD_NONCE", "the nonce must be 3: not 5"],
    ["MEMPOOL_FULL", "lines\nof text"],
  ])("crosses the node: %s", (code, message) => {
    expect(decodeCode(encodeCode(code, message))).toEqual({ code, message });
  });

  it("is told even when the node refused by itself", () => {
    expect(decodeCode({ code: 1, log: "something else" })).toEqual({
      code: "MEMPOOL_REFUSED",
      message: "something else",
    });
  });
});

describe("CometBFT's genesis", () => {
  it("names the ledger by the hash of its own genesis", () => {
    const hash = new Uint8Array(32).fill(4);
    const document: unknown = JSON.parse(encodeNodeGenesis(genesisWith(), hash));
    expect(document).toMatchObject({ chain_id: "chain-test", genesis_time: "2026-01-01T00:00:00.000Z" });
    const { app_state } = document as { app_state: object };
    expect(bytesToHex(readAppState(Buffer.from(JSON.stringify(app_state))))).toBe(bytesToHex(hash));
  });

  it("refuses a chain id that CometBFT would not take", () => {
    const long = { ...genesisWith(), chainId: "x".repeat(51) };
    expect(() => encodeNodeGenesis(long, new Uint8Array(32))).toThrow(
      expect.objectContaining({ code: "CHAIN_ID_TOO_LONG" }),
    );
  });

  it.each(["", "{}", "[1]", '{"ganglionGenesis":"zz"}'])("refuses the state %j", (text) => {
    expect(() => readAppState(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: "CHAIN_OTHER_GENESIS" }),
    );
  });
});
