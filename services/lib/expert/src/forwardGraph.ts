import { cast, Graph, mul, reshape, sub, type Value, where } from "@ganglion/onnx";
import { NETWORK_DIM } from "@ganglion/params";
import { GanglionError } from "@ganglion/types";
import type { Parameters } from "./initialise.ts";
import { block, embed, headSlopes, ownHead, type ParameterValues, represent } from "./network.ts";
import { type ExpertShape, headSpecs, parameterSpecs } from "./shape.ts";

const HIDDEN = -1e9;

/**
 * The served model. Feeds: `ids` int32 [batch, length], bytes padded at the end with anything; `positions` int64
 * [batch, asked], each below its context's length. Returns `representations` float32 [batch, asked, networkDim].
 * The last block and the projection run for the asked positions only, so that LAST costs a fraction.
 */
export function buildForwardModel(shape: ExpertShape, parameters: Parameters): Uint8Array<ArrayBuffer> {
  const graph = new Graph();
  const values = storeParameters(graph, parameters, parameterSpecs(shape));
  const ids = graph.input("ids", ["batch", "length"], "int32");
  const positions = graph.input("positions", ["batch", "asked"], "int64");
  const everyPlace = placesOf(ids);
  let x = embed(shape, values, ids);
  for (let index = 0; index < shape.blocks - 1; index++)
    x = block(shape, values, `block.${index}`, {
      queries: x,
      keys: x,
      bias: attentionBias(shape, everyPlace, ids),
    });
  const asking = gatherRows(x, positions);
  const bias = attentionBias(shape, cast(positions, "float32"), ids);
  const last = block(shape, values, `block.${shape.blocks - 1}`, { queries: asking, keys: x, bias });
  graph.output("representations", represent(values, last));
  return graph.build().bytes;
}

/** The expert's own head: `representations` float32 [rows, networkDim] -> `logits` [rows, 256]. */
export function buildHeadModel(parameters: Parameters): Uint8Array<ArrayBuffer> {
  const graph = new Graph();
  const values = storeParameters(graph, parameters, headSpecs());
  graph.output("logits", ownHead(values, graph.input("representations", ["rows", NETWORK_DIM])));
  return graph.build().bytes;
}

function storeParameters(
  graph: Graph,
  parameters: Parameters,
  specs: readonly { readonly name: string }[],
): ParameterValues {
  return new Map(
    specs.map(({ name }) => {
      const tensor = parameters[name];
      if (tensor === undefined)
        throw new GanglionError(
          "EXPERT_MISSING_PARAMETER",
          `the weights lack ${name}; train the model again`,
        );
      return [name, graph.initializer(name, tensor)];
    }),
  );
}

/** 0, 1, 2, ... as float32 [1, length] for ids [batch, length]. */
function placesOf(ids: Value): Value {
  const { graph } = ids;
  const int64 = (values: readonly number[], shape: readonly number[]) => reshape(graph.int64s(values), shape);
  const length = graph.node({ op: "Shape", inputs: [ids], attributes: { start: 1, end: 2 } }, "int64", [1]);
  const places = graph.node(
    { op: "Range", inputs: [int64([0], []), reshape(length, []), int64([1], [])] },
    "int64",
    ["length"],
  );
  return cast(
    graph.node({ op: "Unsqueeze", inputs: [places, graph.int64s([0])] }, "int64", [1, "length"]),
    "float32",
  );
}

/** As in training: -slope x distance, and a wall before the future. asks [batch | 1, queries] -> [batch | 1, heads, queries, length]. */
function attentionBias(shape: ExpertShape, asks: Value, ids: Value): Value {
  const { graph } = ids;
  const unsqueeze = (x: Value, axes: readonly number[], size: Value["shape"]) =>
    graph.node({ op: "Unsqueeze", inputs: [x, graph.int64s(axes)] }, x.type, size);
  const [batch = 1, queries = 1] = asks.shape;
  const distance = sub(
    unsqueeze(asks, [1, 3], [batch, 1, queries, 1]),
    unsqueeze(placesOf(ids), [1, 2], [1, 1, 1, "length"]),
  );
  const slopes = graph.constant(headSlopes(shape), [1, shape.heads, 1, 1]);
  const penalty = mul(mul(distance, slopes), -1);
  const future = graph.node({ op: "Less", inputs: [distance, graph.scalar(0)] }, "bool", distance.shape);
  return where(future, graph.scalar(HIDDEN), penalty);
}

/** Rows of x [batch, length, width] at positions [batch, asked] -> [batch, asked, width]. */
function gatherRows(x: Value, positions: Value): Value {
  const { graph } = x;
  const [batch = 1, asked = 1] = positions.shape;
  const index = graph.node({ op: "Unsqueeze", inputs: [positions, graph.int64s([2])] }, "int64", [
    batch,
    asked,
    1,
  ]);
  return graph.node({ op: "GatherND", inputs: [x, index], attributes: { batch_dims: 1 } }, x.type, [
    batch,
    asked,
    x.shape[2] ?? 1,
  ]);
}
