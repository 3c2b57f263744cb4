import { createHash } from "node:crypto";
import { ED25519_TORSION_SUBGROUP, ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import type { EdgeCase } from "../../src/edgeCases.ts";

type Point = InstanceType<typeof ed25519.Point>;

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;
const A_SCALAR = 0x1234567890abcdef1234567890abcdef1234567n;
const R_SCALAR = 0xfedcba0987654321fedcba0987654321fedcban;
const torsion: readonly Point[] = ED25519_TORSION_SUBGROUP.map((hex) => Point.fromHex(hex));
const order8 = torsion[1] ?? Point.ZERO;
const identityPlusP = `ee${"ff".repeat(30)}7f`;

/** The edge cases computed from the curve itself: `src/edgeCases.ts` must hold exactly these. */
export function computeEdgeCases(): readonly EdgeCase[] {
  const key = Point.BASE.multiply(A_SCALAR);
  const nonce = Point.BASE.multiply(R_SCALAR);
  const plain = craft("plain", key, nonce, 0);
  const mixedKey = key.add(order8);
  return [
    make("an ordinary signature", key.toHex(), plain.message, plain.signature, true),
    make("another message", key.toHex(), "00", plain.signature, false),
    make("S plus the group order", key.toHex(), plain.message, withS(plain.signature, ORDER), false),
    make("S plus twice the group order", key.toHex(), plain.message, withS(plain.signature, 2n * ORDER), false),
    make("a truncated signature", key.toHex(), plain.message, plain.signature.slice(0, -2), false),
    cofactored("mixed-order key, valid without cofactor", mixedKey, nonce, (h) => h % 8n === 0n, true),
    cofactored("mixed-order key, valid only with cofactor", mixedKey, nonce, (h) => h % 8n !== 0n, false),
    cofactored("mixed-order nonce, valid only with cofactor", key, nonce.add(order8), () => true, false),
    cofactored("mixed-order key and nonce that cancel", mixedKey, nonce.add(order8), (h) => h % 8n === 7n, true),
    ...torsion.map((point, i) => smallOrderKey(`key of small order ${i}`, point.toHex())),
    smallOrderKey("identity with the sign bit", `01${"00".repeat(30)}80`),
    smallOrderKey("identity plus p", identityPlusP),
    smallOrderKey("zero plus p", `ed${"ff".repeat(30)}7f`),
    identityNonce("nonce is the identity", key, Point.ZERO.toHex(), false),
    identityNonce("nonce is the identity plus p", key, identityPlusP, false),
    make("a key that is no point", `02${"00".repeat(31)}`, plain.message, plain.signature, false),
  ];
}

/** Cofactorless equation holds: S B = R + h A, though A has small order. */
function smallOrderKey(name: string, keyHex: string): EdgeCase {
  const canonical = keyHex === identityPlusP || keyHex.endsWith("80");
  const point = torsion.find((p) => p.toHex() === keyHex) ?? Point.ZERO;
  for (let i = 0; ; i++) {
    const message = bytesToHex(createHash("sha256").update(`${name}/${i}`).digest());
    const nonce = Point.BASE.multiply(R_SCALAR);
    const h = challenge(nonce.toHex(), keyHex, message);
    if (!canonical && !point.multiplyUnsafe(h % 8n).is0()) continue;
    return make(name, keyHex, message, nonce.toHex() + scalarHex(R_SCALAR), false);
  }
}

/** R = identity and S = h a: valid by the cofactorless equation, but for how R is written. */
function identityNonce(name: string, key: Point, nonceHex: string, valid: boolean): EdgeCase {
  const h = challenge(nonceHex, key.toHex(), "11");
  return make(name, key.toHex(), "11", nonceHex + scalarHex((h * A_SCALAR) % ORDER), valid);
}

function cofactored(
  name: string,
  key: Point,
  nonce: Point,
  wanted: (h: bigint) => boolean,
  valid: boolean,
): EdgeCase {
  for (let i = 0; ; i++) {
    const { message, signature, h } = craft(name, key, nonce, i);
    if (wanted(h)) return make(name, key.toHex(), message, signature, valid);
  }
}

function craft(name: string, key: Point, nonce: Point, i: number) {
  const message = bytesToHex(createHash("sha256").update(`${name}/${i}`).digest());
  const h = challenge(nonce.toHex(), key.toHex(), message);
  return { message, h, signature: nonce.toHex() + scalarHex((R_SCALAR + h * A_SCALAR) % ORDER) };
}

function challenge(nonceHex: string, keyHex: string, message: string): bigint {
  const digest = createHash("sha512").update(hexToBytes(nonceHex + keyHex + message)).digest();
  return littleEndian(digest) % ORDER;
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytesToHex(Uint8Array.from(bytes).reverse())}`);
}

function scalarHex(scalar: bigint): string {
  return bytesToHex(hexToBytes(scalar.toString(16).padStart(64, "0")).reverse());
}

function withS(signature: string, add: bigint): string {
  return signature.slice(0, 64) + scalarHex(littleEndian(hexToBytes(signature.slice(64))) + add);
}

function make(name: string, key: string, message: string, signature: string, valid: boolean): EdgeCase {
  return { name, key, message, signature, valid };
}
