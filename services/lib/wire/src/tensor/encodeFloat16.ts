import { GanglionError } from "@ganglion/types";
import { MAX_REPRESENTATION_MAGNITUDE } from "./decodeFloat16.ts";

/**
 * Writes values as float16 little endian, rounded to the nearest even, in the order given.
 * PERF: about 1 ms a MiB out (`set` takes a quarter of the time of the constructor).
 * @throws GanglionError WIRE_TENSOR_NOT_FINITE, WIRE_TENSOR_TOO_LARGE above `maxMagnitude`
 */
export function encodeFloat16(
  values: Float32Array,
  maxMagnitude = MAX_REPRESENTATION_MAGNITUDE,
): Uint8Array<ArrayBuffer> {
  checkValues(values, maxMagnitude);
  const halves = new Float16Array(values.length);
  halves.set(values);
  return new Uint8Array(halves.buffer);
}

function checkValues(values: Float32Array, maxMagnitude: number): void {
  let inRange = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value <= maxMagnitude && value >= -maxMagnitude) inRange++;
  }
  if (inRange === values.length) return;
  const index = values.findIndex((value) => !(value <= maxMagnitude && value >= -maxMagnitude));
  const value = values[index] ?? 0;
  if (!Number.isFinite(value))
    throw new GanglionError("WIRE_TENSOR_NOT_FINITE", `value ${index} of a tensor is ${value}`, { index });
  throw new GanglionError(
    "WIRE_TENSOR_TOO_LARGE",
    `value ${index} of a tensor is ${value}, the limit is ${maxMagnitude}`,
    { index, value, maxMagnitude },
  );
}
