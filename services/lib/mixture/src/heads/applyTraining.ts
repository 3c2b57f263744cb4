import type { Tensor } from "@ganglion/onnx";
import { GanglionError } from "@ganglion/types";
import { minerOf } from "../state/lookup.ts";
import type { MinerKey, MixtureState } from "../state/mixtureState.ts";
import { HEAD_TENSORS } from "./headState.ts";

/**
 * Takes a training step's outputs over. Refuses (false; the old weights stay) when the loss is not finite. `loss` is
 * in nats a byte, weighted as the rows were.
 *
 * @throws GanglionError MIXTURE_BAD_OUTPUT when the outputs are not those of the training model
 */
export function applyTraining(
  state: MixtureState,
  key: MinerKey,
  outputs: Readonly<Record<string, Tensor>>,
): { readonly loss: number; readonly applied: boolean } {
  const { head } = minerOf(state, key);
  const loss = floats(outputs, "loss")[0] ?? Number.NaN;
  if (!Number.isFinite(loss)) return { loss, applied: false };
  head.tensors = Object.fromEntries(HEAD_TENSORS.map((name) => [name, floats(outputs, `${name}.next`)]));
  head.updates++;
  head.averagedUpdates++;
  return { loss, applied: true };
}

/** The data of a named float32 output. @throws GanglionError MIXTURE_BAD_OUTPUT */
export function floats(outputs: Readonly<Record<string, Tensor>>, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (!(data instanceof Float32Array))
    throw new GanglionError("MIXTURE_BAD_OUTPUT", "the run did not give this output", { name });
  return data;
}
