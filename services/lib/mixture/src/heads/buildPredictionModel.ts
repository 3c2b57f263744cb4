import { Graph, linear, type Model, softmax } from "@ganglion/onnx";
import type { MixtureParameters } from "../parameters.ts";
import { headShape } from "./headState.ts";

/** Inputs representations [rows, dim], weightsAverage, biasAverage; output probabilities [rows, vocabulary]. */
export function buildPredictionModel(parameters: MixtureParameters): Model {
  const graph = new Graph();
  const representations = graph.input("representations", ["rows", parameters.dim]);
  const weights = graph.input("weightsAverage", headShape("weightsAverage", parameters));
  const bias = graph.input("biasAverage", headShape("biasAverage", parameters));
  graph.output("probabilities", softmax(linear(representations, weights, bias)));
  return graph.build();
}
