import { utf8ToBytes } from "@noble/hashes/utils.js";

export { utf8ToBytes };

const REPLACEMENT = 0xfffd;
const CHUNK = 8192;

/** Decodes UTF-8; what is malformed becomes U+FFFD. (Pure code has no TextDecoder.) */
export function bytesToUtf8(bytes: Uint8Array): string {
  const parts: string[] = [];
  let points: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [point, length] = decodePoint(bytes, at);
    points.push(point);
    at += length;
    if (points.length < CHUNK) continue;
    parts.push(String.fromCodePoint(...points));
    points = [];
  }
  parts.push(String.fromCodePoint(...points));
  return parts.join("");
}

function decodePoint(bytes: Uint8Array, at: number): readonly [point: number, length: number] {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return [lead, 1];
  const length =
    lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 0;
  if (length === 0) return [REPLACEMENT, 1];
  let point = lead & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i];
    if (next === undefined || (next & 0xc0) !== 0x80) return [REPLACEMENT, i];
    point = (point << 6) | (next & 0x3f);
  }
  const least = [0, 0, 0x80, 0x800, 0x10000][length] ?? 0;
  const valid = point >= least && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
  return valid ? [point, length] : [REPLACEMENT, length];
}
