import { type MessagePort, parentPort } from "node:worker_threads";
import type { ElementType, Tensor as PlainTensor, TensorData } from "@ganglion/onnx";
import { InvariantError } from "@ganglion/types";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Failure, GraphPorts, Port, Reply, Request, TensorRecord, WorkerSetup } from "./protocol.ts";

// The binding reads a Float16Array as 0 bytes (onnxruntime 1.30 on Node 24). Without the class in this thread float16
// data are Uint16Array on both sides, which works. It must be gone before the first Tensor.
Reflect.deleteProperty(globalThis, "Float16Array");

// What fails also throws, with the same text.
const LOG_FATAL_ONLY = 4;

if (parentPort === null) throw new InvariantError("sessionWorker runs only as a worker thread");
const port = parentPort;
// The setup comes as a message and not as workerData, which would keep models and first state alive for good.
port.once("message", (setup: WorkerSetup) => void serve(port, setup));

async function serve(port: MessagePort, setup: WorkerSetup): Promise<void> {
  const send = (reply: Reply, transfer: readonly ArrayBuffer[] = []) =>
    port.postMessage(reply, [...transfer]);
  // Alone, so that what follows does not keep the setup's models and first state alive.
  const { feedback } = setup;
  const sessions = new Map<string, InferenceSession>();
  const state = new Map(Object.entries(setup.state).map(([name, tensor]) => [name, toNative(tensor)]));
  try {
    for (const [name, model] of Object.entries(setup.graphs)) sessions.set(name, await open(model, setup));
  } catch (error) {
    send({ kind: "refused", failure: openFailure(error, setup.providers) });
    return;
  }
  const graphs = Object.fromEntries([...sessions].map(([name, session]) => [name, portsOf(session)]));
  let queue = Promise.resolve();
  port.on("message", (request: Request) => {
    // One at a time: onnxruntime blocks this thread anyway, and state must move in order.
    queue = queue.then(async () => {
      try {
        const tensors = await answer(request, sessions, state, feedback);
        send({ kind: "done", id: request.id, tensors }, request.kind === "run" ? buffersOf(tensors) : []);
      } catch (error) {
        send({
          kind: "failed",
          id: request.id,
          failure: { code: "INFERENCE_RUN_FAILED", message: String(error) },
        });
      }
      if (request.kind === "close") port.close();
    });
  });
  send({ kind: "ready", graphs });
}

async function answer(
  request: Request,
  sessions: ReadonlyMap<string, InferenceSession>,
  state: Map<string, Tensor>,
  feedback: WorkerSetup["feedback"],
): Promise<TensorRecord> {
  switch (request.kind) {
    case "run": {
      const session = sessions.get(request.graph);
      if (session === undefined) throw new InvariantError(`unknown graph ${request.graph}`);
      return await run(session, request.feeds, state, feedback);
    }
    case "readState": {
      const names = request.names ?? [...state.keys()];
      return Object.fromEntries(
        names.flatMap((name) => {
          const tensor = state.get(name);
          return tensor === undefined ? [] : [[name, toPlain(tensor)]];
        }),
      );
    }
    case "writeState":
      for (const [name, tensor] of Object.entries(request.tensors)) state.set(name, toNative(tensor));
      return {};
    case "close":
      for (const session of sessions.values()) await session.release();
      return {};
  }
}

async function run(
  session: InferenceSession,
  feeds: TensorRecord,
  state: Map<string, Tensor>,
  feedback: WorkerSetup["feedback"],
): Promise<TensorRecord> {
  const inputs: Record<string, Tensor> = {};
  for (const name of session.inputNames) {
    const fed = feeds[name];
    const tensor = fed === undefined ? state.get(name) : toNative(fed);
    if (tensor === undefined) throw new InvariantError(`no value for input ${name}`);
    inputs[name] = tensor;
  }
  const outputs = await session.run(inputs);
  const visible: Record<string, PlainTensor> = {};
  for (const [name, value] of Object.entries(outputs)) {
    const target = feedback[name];
    if (target === undefined) visible[name] = toPlain(value);
    else state.set(target, value);
  }
  return visible;
}

async function open(model: Uint8Array | string, setup: WorkerSetup): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [...setup.providers],
    intraOpNumThreads: setup.threads,
    interOpNumThreads: 1,
    logSeverityLevel: LOG_FATAL_ONLY,
    // Without the arena a quarter of a training step goes into mapping and clearing fresh pages.
    enableCpuMemArena: setup.keepMemory,
    // Spinning threads halve the speed of a machine that runs several sessions.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  };
  return typeof model === "string"
    ? await InferenceSession.create(model, options)
    : await InferenceSession.create(model, options);
}

function openFailure(error: unknown, providers: readonly string[]): Failure {
  const text = String(error);
  const other = providers.find((provider) => provider !== "cpu");
  if (other !== undefined && /provider|backend|libonnxruntime_providers|CUDA/i.test(text))
    return {
      code: "INFERENCE_PROVIDER_MISSING",
      message: `the execution provider "${other}" is not available here; install it or use "cpu" (${text})`,
    };
  return { code: "INFERENCE_BAD_MODEL", message: `onnxruntime cannot load the model: ${text}` };
}

function portsOf(session: InferenceSession): GraphPorts {
  return { inputs: session.inputMetadata.map(portOf), outputs: session.outputMetadata.map(portOf) };
}

function portOf(metadata: InferenceSession.ValueMetadata): Port {
  if (!metadata.isTensor) throw new InvariantError(`${metadata.name} is not a tensor`);
  return { name: metadata.name, type: metadata.type as ElementType, shape: metadata.shape };
}

function toNative(tensor: PlainTensor): Tensor {
  return new Tensor(tensor.type, tensor.data as Tensor.DataType, tensor.shape);
}

function toPlain(tensor: Tensor): PlainTensor {
  return { type: tensor.type as ElementType, shape: tensor.dims, data: tensor.data as TensorData };
}

function buffersOf(tensors: TensorRecord): readonly ArrayBuffer[] {
  return Object.values(tensors).map((tensor) => tensor.data.buffer as ArrayBuffer);
}
