/** Reads as many binary64 as there are weights, once: the yardstick of this run. */
export function createYardstick(length: number): () => number {
  const values = new Float64Array(length).fill(0.5);
  return () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
    return sum;
  };
}
