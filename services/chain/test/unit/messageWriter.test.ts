import { describe, expect, it } from "@jest/globals";
import { Response } from "cosmjs-types/tendermint/abci/types";
import fc from "fast-check";
import { MessageWriter } from "../../src/engine/cometbft/messageWriter.ts";

const SEED = 31;

function varint(value: bigint): string {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]).toString("hex");
}

function powerReadBack(power: bigint): bigint | undefined {
  const reply = { finalizeBlock: { validatorUpdates: [{ pubKey: { ed25519: new Uint8Array(32) }, power }] } };
  const bytes = Response.encode(Response.fromPartial<object>(reply), new MessageWriter()).finish();
  return Response.decode(bytes).finalizeBlock?.validatorUpdates[0]?.power;
}

describe("64-bit numbers of a reply", () => {
  const edges = [0n, 127n, 128n, 1n << 31n, 2_500_000_000n, (1n << 32n) - 1n, 1n << 32n, (1n << 63n) - 1n];

  it.each(edges)("are written as protobuf writes them: %s", (value) => {
    expect(Buffer.from(new MessageWriter().int64(value).finish()).toString("hex")).toBe(varint(value));
    expect(Buffer.from(new MessageWriter().uint64(value).finish()).toString("hex")).toBe(varint(value));
  });

  it("come back as the power of a validator, whatever it is", () => {
    const bits = fc
      .integer({ min: 1, max: 62 })
      .chain((size) => fc.bigInt({ min: 0n, max: 1n << BigInt(size) }));
    fc.assert(
      fc.property(bits, (power) => expect(powerReadBack(power)).toBe(power)),
      { seed: SEED, numRuns: 1_000 },
    );
  });
});
