import type { ElementType, Shape, Tensor } from "@ganglion/onnx";

/** What passes between a session and its worker. */
export type TensorRecord = Readonly<Record<string, Tensor>>;
export type Port = { readonly name: string; readonly type: ElementType; readonly shape: Shape };
export type GraphPorts = { readonly inputs: readonly Port[]; readonly outputs: readonly Port[] };

export type WorkerSetup = {
  readonly graphs: Readonly<Record<string, Uint8Array | string>>;
  readonly threads: number;
  readonly keepMemory: boolean;
  readonly providers: readonly string[];
  readonly state: TensorRecord;
  readonly feedback: Readonly<Record<string, string>>;
};

export type Request =
  | { readonly kind: "run"; readonly id: number; readonly graph: string; readonly feeds: TensorRecord }
  | { readonly kind: "readState"; readonly id: number; readonly names: readonly string[] | undefined }
  | { readonly kind: "writeState"; readonly id: number; readonly tensors: TensorRecord }
  | { readonly kind: "close"; readonly id: number };

export type Failure = { readonly code: string; readonly message: string };

export type Reply =
  | { readonly kind: "ready"; readonly graphs: Readonly<Record<string, GraphPorts>> }
  | { readonly kind: "refused"; readonly failure: Failure }
  | { readonly kind: "done"; readonly id: number; readonly tensors: TensorRecord }
  | { readonly kind: "failed"; readonly id: number; readonly failure: Failure };
