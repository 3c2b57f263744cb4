import type { WindowSampler } from "@ganglion/corpus";
import { int32Tensor, type Tensor } from "@ganglion/onnx";
import { createRandom } from "@ganglion/types";

const STEP_STRIDE = 0x85eb_ca6b;

/** Bytes and their successors, both int32 [batch, window]. */
export type Batch = { readonly ids: Tensor; readonly targets: Tensor };

/** The windows of one step: a function of seed and step only, so that a resumed training sees the same. */
export function drawBatch(
  sampler: WindowSampler,
  size: { readonly batch: number; readonly window: number },
  seed: number,
  step: number,
): Batch {
  const random = createRandom((seed ^ Math.imul(step, STEP_STRIDE)) >>> 0);
  const shape = [size.batch, size.window];
  const ids = new Int32Array(size.batch * size.window);
  const targets = new Int32Array(ids.length);
  for (let row = 0; row < size.batch; row++) {
    const { text } = sampler.draw(random);
    ids.set(text.subarray(0, size.window), row * size.window);
    targets.set(text.subarray(1, size.window + 1), row * size.window);
  }
  return { ids: int32Tensor(ids, shape), targets: int32Tensor(targets, shape) };
}
