/** The largest float16: nothing that came over the wire honestly is beyond it. */
const MAX_ABSOLUTE = 65_504;
const EPSILON = 1e-6;

export type NormalisedRows =
  | { readonly ok: true; readonly rows: Float32Array }
  | {
      readonly ok: false;
      readonly fault: "wrongShape" | "notFinite" | "tooLarge";
      /** The first bad row. */
      readonly row: number;
    };

/**
 * Checks raw representations [rows x dim] and gives each row mean 0 and deviation 1 (a constant row gives zeros), so
 * that a loud or shifted miner gains nothing by it. Values beyond 65,504, NaN and infinities are refused.
 */
export function normaliseRows(raw: Float32Array, rows: number, dim: number): NormalisedRows {
  if (raw.length !== rows * dim) return { ok: false, fault: "wrongShape", row: 0 };
  const normalised = new Float32Array(raw.length);
  for (let row = 0; row < rows; row++) {
    const start = row * dim;
    let sum = 0;
    let squares = 0;
    for (let i = start; i < start + dim; i++) {
      const value = raw[i] ?? 0;
      sum += value;
      squares += value * value;
    }
    if (!(squares <= MAX_ABSOLUTE * MAX_ABSOLUTE))
      return { ok: false, fault: Number.isNaN(squares) ? "notFinite" : faultOf(raw, start, dim), row };
    const mean = sum / dim;
    const scale = 1 / Math.sqrt(Math.max(squares / dim - mean * mean, 0) + EPSILON);
    for (let i = start; i < start + dim; i++) normalised[i] = ((raw[i] ?? 0) - mean) * scale;
  }
  return { ok: true, rows: normalised };
}

function faultOf(raw: Float32Array, start: number, dim: number): "notFinite" | "tooLarge" {
  return raw.subarray(start, start + dim).every(Number.isFinite) ? "tooLarge" : "notFinite";
}
