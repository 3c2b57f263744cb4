export type { GraphPorts, Port, TensorRecord } from "./protocol.ts";
export {
  type ExecutionProvider,
  type ModelSource,
  openSession,
  type RunOptions,
  type Session,
  type SessionOptions,
} from "./session.ts";
