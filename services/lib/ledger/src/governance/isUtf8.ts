/** Second bytes after a lead that allow fewer than 0x80 to 0xbf: no longer forms, surrogates, nothing above U+10FFFF. */
const SECOND_BYTES: ReadonlyMap<number, readonly [least: number, most: number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);

/** Whether bytes are well-formed UTF-8 (RFC 3629). */
export function isUtf8(bytes: Uint8Array): boolean {
  let next = 0;
  while (next < bytes.length) {
    const lead = bytes[next] ?? 0;
    const length = lengthAfter(lead);
    if (length === 0 || next + length > bytes.length) return false;
    const [least, most] = SECOND_BYTES.get(lead) ?? [0x80, 0xbf];
    for (let i = 1; i < length; i++) {
      const byte = bytes[next + i] ?? 0;
      if (byte < (i === 1 ? least : 0x80) || byte > (i === 1 ? most : 0xbf)) return false;
    }
    next += length;
  }
  return true;
}

/** Bytes of a character that begins so; 0: none does. */
function lengthAfter(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}
