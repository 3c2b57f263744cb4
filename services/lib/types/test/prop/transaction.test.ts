import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  type Action,
  asEpochIndex,
  asHeight,
  asSpikes,
  asUid,
  decodeSignedTransaction,
  encodeSignedTransaction,
  GanglionError,
  type ProposalContent,
  parseAddressBytes,
  parseHotkey,
  type SignedTransaction,
} from "../../src/index.ts";

const SEED = 7;
const RUNS = 1_000;
const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const hotkey = bytesOf(32).map(parseHotkey);
const address = bytesOf(20).map(parseAddressBytes);
const amount = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(asSpikes);
const height = fc.maxSafeNat().map(asHeight);
const epoch = fc.maxSafeNat().map(asEpochIndex);
const u16 = fc.nat(65_535);
const text = fc.string({ unit: fc.constantFrom(..."abc019.:-[]"), maxLength: 253 });
const row = fc.record({
  domainId: u16,
  entries: fc.array(fc.record({ uid: u16.map(asUid), weight: u16 }), { maxLength: 20 }),
});
const proof = fc.oneof(
  fc.record({
    kind: fc.constant("work" as const),
    height,
    nonce: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  }),
  fc.record({ kind: fc.constant("burn" as const), maxPrice: amount }),
);
const u32 = fc.nat(2 ** 32 - 1);
/** Printable ASCII without blanks, at most as long as a name. */
const word = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { maxLength: 64 })
  .map((codes) => String.fromCharCode(...codes));
const content: fc.Arbitrary<ProposalContent> = fc.oneof(
  fc.record({
    kind: fc.constant("params" as const),
    changes: fc.array(fc.record({ param: u16, value: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }) }), {
      maxLength: 4,
    }),
  }),
  fc.record({
    kind: fc.constant("domains" as const),
    domains: fc.array(fc.record({ name: word, sharePpm: u32 }), { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("expel" as const), hotkey }),
  fc.record({ kind: fc.constant("upgrade" as const), height, name: word }),
  fc.record({ kind: fc.constant("charter" as const), text: fc.uint8Array({ maxLength: 40 }) }),
);
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("transfer" as const), to: address, amount }),
  fc.record({ kind: fc.constant("register" as const), hotkey, owner: address, proof }),
  fc.record({
    kind: fc.constant("serve" as const),
    role: fc.constantFrom("miner" as const, "validator" as const),
    host: text,
    port: u16,
    modelDigest: bytesOf(32),
    version: fc.nat(2 ** 32 - 1),
  }),
  fc.constant({ kind: "unserve" as const }),
  fc.record({ kind: fc.constant("commitWeights" as const), epoch, commitment: bytesOf(32) }),
  fc.record({
    kind: fc.constant("revealWeights" as const),
    epoch,
    rows: fc.array(row, { maxLength: 4 }),
    salt: bytesOf(32),
    version: u32,
  }),
  fc.record({ kind: fc.constantFrom("stake" as const, "unstake" as const), hotkey, amount }),
  fc.record({ kind: fc.constant("moveStake" as const), from: hotkey, to: hotkey, amount }),
  fc.record({ kind: fc.constant("setTake" as const), hotkey, takePpm: u32 }),
  fc.record({ kind: fc.constant("bindKey" as const), consensusKey: bytesOf(32), proof: bytesOf(64) }),
  fc.constant({ kind: "unbindKey" as const }),
  fc.record({ kind: fc.constant("swapHotkey" as const), hotkey, newHotkey: hotkey }),
  fc.record({
    kind: fc.constant("publishRecord" as const),
    recordKind: fc.constantFrom("dataset" as const, "modelCard" as const),
    name: word,
    digest: bytesOf(32),
    uri: word,
  }),
  fc.record({ kind: fc.constant("propose" as const), content }),
  fc.record({
    kind: fc.constant("vote" as const),
    proposal: u32,
    hotkey,
    choice: fc.constantFrom("yes" as const, "no" as const),
  }),
);
const transaction: fc.Arbitrary<SignedTransaction> = fc.record({
  body: fc.record({ sender: address, nonce: fc.maxSafeNat(), validUntil: height, action }),
  signatures: fc.array(
    fc.record({
      authority: fc.record({ threshold: fc.nat(255), keys: fc.array(bytesOf(32), { maxLength: 3 }) }),
      signatures: fc.array(fc.record({ index: fc.nat(255), signature: bytesOf(64) }), { maxLength: 3 }),
    }),
    { maxLength: 2 },
  ),
});

describe("a signed transaction", () => {
  it("means the same after its bytes", () => {
    fc.assert(
      fc.property(transaction, (tx) => {
        const bytes = encodeSignedTransaction(tx);
        const { body, signatures } = decodeSignedTransaction(bytes);
        expect({ body, signatures }).toEqual(tx);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it("has one encoding: other bytes are refused or mean something else", () => {
    fc.assert(
      fc.property(transaction, fc.nat(), fc.integer({ min: 1, max: 255 }), (tx, at, flip) => {
        const bytes = encodeSignedTransaction(tx);
        const changed = bytes.map((byte, i) => (i === at % bytes.length ? byte ^ flip : byte));
        try {
          expect(encodeSignedTransaction(decodeSignedTransaction(changed))).toEqual(changed);
        } catch (error) {
          if (!(error instanceof GanglionError)) throw error;
          expect(error.code).toBe("TX_MALFORMED");
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it("is never read from random bytes with anything but a code", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(() => decodeSignedTransaction(bytes)).toThrow(GanglionError);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
