import { openSession, type Session } from "@ganglion/inference";
import {
  buildPredictionModel,
  buildTrainingModel,
  type MixtureParameters,
  type TensorData,
} from "@ganglion/mixture";
import { GanglionError } from "@ganglion/types";
import type { Learner } from "../ports.ts";

type Tensors = Readonly<Record<string, TensorData>>;
type SessionTensors = Awaited<ReturnType<Session["run"]>>;

const PREDICTION = "prediction";

/** The mixture's graphs in one inference worker. */
export async function openLearner(parameters: MixtureParameters, threads: number): Promise<Learner> {
  const session = await openSession({
    model: buildTrainingModel(parameters),
    companions: { [PREDICTION]: buildPredictionModel(parameters) },
    threads,
  });
  return {
    train: async (feeds) => fromSession(await session.run(toSession(feeds))),
    predict: async (feeds) => fromSession(await session.run(toSession(feeds), { graph: PREDICTION })),
    close: () => session.close(),
  };
}

function toSession(feeds: Tensors): SessionTensors {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { type, dims, data }]) => [name, { type, shape: dims, data }]),
  );
}

function fromSession(outputs: SessionTensors): Tensors {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { shape, data }]): [string, TensorData] => {
      if (data instanceof Float32Array) return [name, { type: "float32", dims: shape, data }];
      if (data instanceof Int32Array) return [name, { type: "int32", dims: shape, data }];
      throw new GanglionError("VALIDATOR_BAD_GRAPH", `the mixture's graph gave ${name} in an unknown type`, {
        name,
      });
    }),
  );
}
