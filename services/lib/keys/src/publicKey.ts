/**
 * The seven y coordinates (sign bit cleared, little endian) of encodings of points of small order, canonical
 * or not: such a key verifies signatures that nobody made.
 * Source: Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", table 1; recomputed by a test.
 */
const SMALL_ORDER_Y: readonly string[] = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];
const smallOrder = new Set(SMALL_ORDER_Y);

/** Whether 32 bytes are the one canonical encoding of a field element below 2^255 - 19, sign bit aside. */
export function isCanonicalPoint(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false;
  if (((bytes[31] ?? 0) & 0x7f) !== 0x7f) return true;
  for (let i = 30; i > 0; i--) if (bytes[i] !== 0xff) return true;
  return (bytes[0] ?? 0) < 0xed;
}

/** Whether the encoding is of one of the eight points of small order, sign bit aside. */
export function isSmallOrder(bytes: Uint8Array): boolean {
  const y = Buffer.from(bytes);
  y[31] = (y[31] ?? 0) & 0x7f;
  return smallOrder.has(y.toString("hex"));
}
