import { bytesToHex } from "@ganglion/types";

/** The body of a signed transaction begins where its first u32 says, with the version u8 and the sender. */
const SENDER_OFFSET = 1;
const ADDRESS_BYTES = 20;

/**
 * Rule FEE-5: whether a sender has more transactions here than a block takes. Reads senders by their place alone;
 * bytes that are no transaction count for nobody, and get a receipt with a code.
 */
export function hasCrowdedSender(transactions: readonly Uint8Array[], maxPerSender: number): boolean {
  const counts = new Map<string, number>();
  for (const bytes of transactions) {
    const sender = senderOf(bytes);
    if (sender === undefined) continue;
    const count = (counts.get(sender) ?? 0) + 1;
    if (count > maxPerSender) return true;
    counts.set(sender, count);
  }
  return false;
}

function senderOf(bytes: Uint8Array): string | undefined {
  if (bytes.length < 4) return undefined;
  const body = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  const start = body + SENDER_OFFSET;
  const end = start + ADDRESS_BYTES;
  return end > bytes.length ? undefined : bytesToHex(bytes.subarray(start, end));
}
