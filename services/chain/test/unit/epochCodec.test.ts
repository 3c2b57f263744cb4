import { readEpochReport } from "@ganglion/ledger";
import { describe, expect, it } from "@jest/globals";
import { decodeEpoch, encodeEpoch } from "../../src/io/epochCodec.ts";
import { epochRecordOf } from "../gen/epochRecord.ts";

describe("an epoch's stored record", () => {
  it("says the same as the one that the ledger left, to the last bit", () => {
    const record = epochRecordOf(7);
    const stored = decodeEpoch(encodeEpoch(record));
    expect(stored).toEqual(record);
    expect(readEpochReport(stored, { details: true })).toEqual(readEpochReport(record, { details: true }));
  });

  it("refuses bytes that are no record", () => {
    const bytes = encodeEpoch(epochRecordOf(0));
    expect(() => decodeEpoch(bytes.subarray(0, bytes.length - 3))).toThrow();
    expect(() => decodeEpoch(new Uint8Array(0))).toThrow();
  });
});
