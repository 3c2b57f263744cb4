const U16_MAX = 65_535;

/** Scales values so that the greatest becomes 65535; each is floored. All zero stays zero. */
export function maxUpscaleToU16(values: ArrayLike<number>): Uint16Array {
  let max = 0;
  for (let i = 0; i < values.length; i++) max = Math.max(max, values[i] ?? 0);
  const scaled = new Uint16Array(values.length);
  if (max > 0)
    for (let i = 0; i < values.length; i++) scaled[i] = Math.floor(((values[i] ?? 0) / max) * U16_MAX);
  return scaled;
}

/** Whether no value is more than `limit` / 65535 of the sum. */
export function isMaxLimited(values: ArrayLike<number>, limit: number): boolean {
  let max = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    max = Math.max(max, values[i] ?? 0);
    sum += values[i] ?? 0;
  }
  return max * U16_MAX <= limit * sum;
}
