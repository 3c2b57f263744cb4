import type { Tensor } from "@ganglion/onnx";
import { GanglionError } from "@ganglion/types";
import type { GraphPorts, Port, TensorRecord } from "./protocol.ts";

/**
 * Refuses feeds that onnxruntime would answer with an obscure message, or with a crash.
 *
 * @throws GanglionError INFERENCE_BAD_FEED
 */
export function checkFeeds(ports: GraphPorts, feeds: TensorRecord, held: ReadonlySet<string>): void {
  for (const port of ports.inputs) {
    const tensor = feeds[port.name];
    if (tensor !== undefined) checkTensor(port, tensor);
    else if (!held.has(port.name)) throw badFeed(port.name, "it is missing");
  }
  const known = new Set(ports.inputs.map((port) => port.name));
  for (const name of Object.keys(feeds))
    if (!known.has(name)) throw badFeed(name, "the model has no such input");
}

function checkTensor(port: Port, tensor: Tensor): void {
  if (tensor.type !== port.type) throw badFeed(port.name, `it must be ${port.type}, not ${tensor.type}`);
  const fits =
    tensor.shape.length === port.shape.length &&
    port.shape.every((dim, axis) => typeof dim !== "number" || dim === tensor.shape[axis]);
  if (!fits)
    throw badFeed(
      port.name,
      `its shape must be [${port.shape.join(", ")}], not [${tensor.shape.join(", ")}]`,
    );
  const size = tensor.shape.reduce((product, dim) => product * dim, 1);
  if (size !== tensor.data.length)
    throw badFeed(port.name, `${tensor.data.length} elements do not fill its shape`);
}

function badFeed(name: string, why: string): GanglionError {
  return new GanglionError("INFERENCE_BAD_FEED", `input "${name}": ${why}`, { input: name });
}
