/**
 * Draws a byte from logits.
 * @param temperature 0 takes the likeliest, ties to the lower byte
 * @param uniform 0 <= x < 1
 */
export function sampleByte(logits: ArrayLike<number>, temperature: number, uniform: number): number {
  const best = likeliest(logits);
  if (temperature <= 0) return best;
  const top = logits[best] ?? 0;
  const weights = Array.from(logits, (logit) => Math.exp((logit - top) / temperature));
  let left = uniform * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [byte, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return byte;
  }
  return best;
}

function likeliest(logits: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++)
    if ((logits[i] ?? -Infinity) > (logits[best] ?? -Infinity)) best = i;
  return best;
}
