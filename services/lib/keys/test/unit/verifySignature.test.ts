import { describe, expect, it } from "@jest/globals";
import { ED25519_TORSION_SUBGROUP, ed25519 } from "@noble/curves/ed25519.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { EDGE_CASES } from "../../src/edgeCases.ts";
import { assertVerifier, createSigner, verifySignature } from "../../src/index.ts";
import { isCanonicalPoint, isSmallOrder } from "../../src/publicKey.ts";
import { computeEdgeCases } from "../gen/edgeCases.ts";

describe("verifySignature", () => {
  it.each(EDGE_CASES)("judges as fixed: $name", ({ key, message, signature, valid }) => {
    expect(verifySignature(hexToBytes(key), hexToBytes(message), hexToBytes(signature))).toBe(valid);
  });

  it("has edge cases that follow from the curve", () => {
    expect(computeEdgeCases()).toEqual(EDGE_CASES);
    expect(() => assertVerifier()).not.toThrow();
  });

  it("agrees with another implementation on what a signer made", () => {
    for (let i = 0; i < 8; i++) {
      const seed = new Uint8Array(32).fill(i + 1);
      const signer = createSigner(seed);
      const message = Uint8Array.of(i, 2, 3);
      const signature = signer.sign(message);
      expect([...signer.publicKey]).toEqual([...ed25519.getPublicKey(seed)]);
      expect([...signature]).toEqual([...ed25519.sign(message, seed)]);
      expect(verifySignature(signer.publicKey, message, signature)).toBe(true);
    }
  });

  it("returns false for a key of wrong length", () => {
    const signer = createSigner(new Uint8Array(32).fill(9));
    const message = Uint8Array.of(1);
    expect(verifySignature(signer.publicKey.subarray(1), message, signer.sign(message))).toBe(false);
  });

  it("keeps its verdict when a key is seen again", () => {
    const signer = createSigner(new Uint8Array(32).fill(9));
    const message = Uint8Array.of(1);
    const signature = signer.sign(message);
    const verdicts = [1, 2, 3].map(() => verifySignature(signer.publicKey, message, signature));
    expect(verdicts).toEqual([true, true, true]);
  });
});

describe("points", () => {
  it("knows every point of small order", () => {
    expect(ED25519_TORSION_SUBGROUP.every((hex) => isSmallOrder(hexToBytes(hex)))).toBe(true);
    expect(isSmallOrder(ed25519.Point.BASE.toBytes())).toBe(false);
  });

  it("takes p - 1 as the largest canonical coordinate", () => {
    expect(isCanonicalPoint(hexToBytes(`ec${"ff".repeat(30)}7f`))).toBe(true);
    expect(isCanonicalPoint(hexToBytes(`ed${"ff".repeat(30)}7f`))).toBe(false);
    expect(isCanonicalPoint(hexToBytes(`ff${"ff".repeat(30)}ff`))).toBe(false);
    expect(isCanonicalPoint(hexToBytes(`00${"ff".repeat(30)}7f`))).toBe(true);
  });
});
