/**
 * The next byte of a distribution.
 *
 * @param temperature 0 takes the likeliest (ties: the lower byte); 1 draws from p; above flattens
 * @param draw uniform in [0, 1)
 */
export function sampleByte(probabilities: ArrayLike<number>, temperature: number, draw: number): number {
  let best = 0;
  for (let byte = 1; byte < probabilities.length; byte++)
    if ((probabilities[byte] ?? 0) > (probabilities[best] ?? 0)) best = byte;
  if (temperature <= 0) return best;
  const weights = Array.from(probabilities, (p) => (p > 0 ? Math.exp(Math.log(p) / temperature) : 0));
  let left = draw * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [byte, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return byte;
  }
  return best;
}
