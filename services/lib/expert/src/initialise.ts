import { float32Tensor, type Tensor } from "@ganglion/onnx";
import { createRandom, type Random } from "@ganglion/types";
import { type ExpertShape, parameterSpecs } from "./shape.ts";

export type Parameters = Readonly<Record<string, Tensor>>;

/** The start of a training; the same for the same seed. */
export function initialParameters(shape: ExpertShape, seed: number): Parameters {
  const random = createRandom(seed);
  return Object.fromEntries(
    parameterSpecs(shape).map(({ name, shape: size, start }) => {
      const data = new Float32Array(size.reduce((product, dim) => product * dim, 1));
      if ("value" in start) data.fill(start.value);
      else for (let i = 0; i < data.length; i++) data[i] = start.deviation * gaussian(random);
      return [name, float32Tensor(data, size)];
    }),
  );
}

/** Box-Muller; 1 - u keeps the logarithm finite. */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
