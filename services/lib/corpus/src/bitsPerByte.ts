/** Mean cost of a byte in bits, from costs in nats; 0 for none. */
export function bitsPerByte(nats: ArrayLike<number>): number {
  if (nats.length === 0) return 0;
  let sum = 0;
  for (let i = 0; i < nats.length; i++) sum += nats[i] ?? 0;
  return sum / nats.length / Math.LN2;
}
