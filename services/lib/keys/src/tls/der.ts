const TAGS = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
};

/** A DER element: tag, minimal length, content. */
export function derElement(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  if (length < 0x80) return Buffer.concat([Uint8Array.of(tag, length), content]);
  if (length < 0x100) return Buffer.concat([Uint8Array.of(tag, 0x81, length), content]);
  return Buffer.concat([Uint8Array.of(tag, 0x82, length >> 8, length & 0xff), content]);
}

export function derSequence(...parts: readonly Uint8Array[]): Buffer {
  return derElement(TAGS.sequence, ...parts);
}

export function derSet(...parts: readonly Uint8Array[]): Buffer {
  return derElement(TAGS.set, ...parts);
}

/** A positive integer from its big-endian bytes. */
export function derInteger(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const trimmed = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  const padding = (trimmed[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0);
  return derElement(TAGS.integer, padding, trimmed);
}

/** An object identifier from its content bytes in hex. */
export function derOid(hex: string): Buffer {
  return derElement(TAGS.oid, Buffer.from(hex, "hex"));
}

/** A bit string of whole bytes, or with `unusedBits` at the end. */
export function derBitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return derElement(TAGS.bitString, Uint8Array.of(unusedBits), bytes);
}

export function derOctetString(bytes: Uint8Array): Buffer {
  return derElement(TAGS.octetString, bytes);
}

export function derUtf8(text: string): Buffer {
  return derElement(TAGS.utf8, Buffer.from(text, "utf8"));
}

/** UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280), whole seconds. */
export function derTime(timeMs: number): Buffer {
  const digits = new Date(timeMs).toISOString().replace(/[-:T]|\.\d+/gu, "");
  return digits < "2050"
    ? derElement(0x17, Buffer.from(digits.slice(2)))
    : derElement(0x18, Buffer.from(digits));
}

export function pemCertificate(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/gu) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
