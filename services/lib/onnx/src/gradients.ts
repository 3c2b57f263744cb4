import type { Value } from "./graph.ts";
import { GraphError } from "./graphError.ts";
import { add } from "./ops/arithmetic.ts";
import { shapeText } from "./tensor.ts";

/**
 * Appends the backward pass of `loss` and returns its gradient with respect to each of `targets`, in order and in
 * their shapes. Only paths from a target to the loss are differentiated.
 *
 * @throws GraphError ONNX_NOT_DIFFERENTIABLE if the loss is no scalar or does not depend on a target
 */
export function gradients(loss: Value, targets: readonly Value[]): readonly Value[] {
  if (loss.shape.length !== 0)
    throw new GraphError(
      "ONNX_NOT_DIFFERENTIABLE",
      `a loss is a scalar, not ${shapeText(loss.shape)}: sum it`,
    );
  const { graph } = loss;
  const entries = [...graph.tape];
  const dependent = new Set(targets.map((target) => target.name));
  for (const entry of entries)
    if (entry.inputs.some((input) => dependent.has(input.name))) dependent.add(entry.output.name);
  const known = new Map<string, Value>([[loss.name, graph.scalar(1)]]);
  for (const entry of entries.reverse()) {
    const gradient = known.get(entry.output.name);
    if (gradient === undefined || !dependent.has(entry.output.name)) continue;
    entry.inputs.forEach((input, index) => {
      if (!dependent.has(input.name)) return;
      const flow = entry.backward[index]?.(gradient);
      if (flow === undefined) return;
      const earlier = known.get(input.name);
      known.set(input.name, earlier === undefined ? flow : add(earlier, flow));
    });
  }
  return targets.map((target) => {
    const gradient = known.get(target.name);
    if (gradient === undefined)
      throw new GraphError("ONNX_NOT_DIFFERENTIABLE", `the loss does not depend on ${target.name}`);
    return gradient;
  });
}
