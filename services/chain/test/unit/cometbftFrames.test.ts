import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { encodeLength, FrameReader } from "../../src/engine/cometbft/frames.ts";

const SEED = 20_261;

function framed(messages: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(messages.flatMap((message) => [encodeLength(message.length), message]));
}

function readAll(reader: FrameReader): Buffer[] {
  const frames: Buffer[] = [];
  for (let frame = reader.next(); frame !== undefined; frame = reader.next()) frames.push(Buffer.from(frame));
  return frames;
}

describe("a stream of frames", () => {
  it("gives the same messages however it is torn into chunks", () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 });
    const cuts = fc.array(fc.nat(4_000), { maxLength: 12 });
    fc.assert(
      fc.property(messages, cuts, (sent, at) => {
        const bytes = framed(sent);
        const reader = new FrameReader();
        const got: Buffer[] = [];
        const edges = [0, ...at.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        for (let i = 1; i < edges.length; i++) {
          reader.push(bytes.subarray(edges[i - 1], edges[i]));
          got.push(...readAll(reader));
        }
        expect(got.map((frame) => frame.toString("hex"))).toEqual(
          sent.map((message) => Buffer.from(message).toString("hex")),
        );
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it("refuses a frame above its limit before it is there", () => {
    const reader = new FrameReader(1_000);
    reader.push(encodeLength(1_001));
    expect(() => reader.next()).toThrow(expect.objectContaining({ code: "ABCI_BAD_FRAME" }));
  });

  it("refuses a length that does not end", () => {
    const reader = new FrameReader();
    reader.push(new Uint8Array(10).fill(0x80));
    expect(() => reader.next()).toThrow(expect.objectContaining({ code: "ABCI_BAD_FRAME" }));
  });

  it("waits for the rest of a length and of a message", () => {
    const reader = new FrameReader();
    const bytes = framed([new Uint8Array(300).fill(7)]);
    for (const byte of bytes.subarray(0, -1)) {
      reader.push(Uint8Array.of(byte));
      expect(reader.next()).toBeUndefined();
    }
    reader.push(bytes.subarray(-1));
    expect(reader.next()).toHaveLength(300);
  });
});
