import { describe, expect, it } from "@jest/globals";
import {
  asUid,
  bytesToHex,
  decodeWeightRows,
  encodeWeightRows,
  saltMessage,
  type WeightCommitmentInput,
  weightCommitment,
} from "../../src/index.ts";

const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const rows = [{ domainId: 1, entries: [{ uid: asUid(2), weight: 3 }] }];
const input: WeightCommitmentInput = {
  genesisHash: bytes(1),
  hotkey: bytes(2),
  epoch: 5,
  rows,
  salt: bytes(3),
  version: 1,
};

describe("weightCommitment", () => {
  it("binds ledger, hotkey, epoch, rows, salt and version", () => {
    const other: readonly WeightCommitmentInput[] = [
      input,
      { ...input, genesisHash: bytes(9) },
      { ...input, hotkey: bytes(9) },
      { ...input, epoch: 6 },
      { ...input, salt: bytes(9) },
      { ...input, rows: [] },
      { ...input, version: 2 },
      { ...input, rows: [{ domainId: 1, entries: [{ uid: asUid(2), weight: 4 }] }] },
    ];
    const commitments = other.map((one) => bytesToHex(weightCommitment(one)));
    expect(new Set(commitments).size).toBe(other.length);
  });

  it("has a salt message of tag, genesis hash and epoch", () => {
    const message = saltMessage(bytes(7), 258);
    expect(message).toHaveLength("ganglion/salt/1".length + 1 + 32 + 8);
    expect([...message.slice(-8)]).toEqual([2, 1, 0, 0, 0, 0, 0, 0]);
  });

  it("keeps rows through their bytes", () => {
    expect(decodeWeightRows(encodeWeightRows(rows))).toEqual(rows);
  });
});
