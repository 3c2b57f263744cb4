import { REFUSALS } from "@ganglion/runtime/grpc";

/** What a call to a miner can end with, by its own refusals, the wire's checks, our checks and the transport. */
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(REFUSALS),
  "MINER_BAD_MODEL",
  "MINER_BAD_REQUEST",
  "MINER_CALLER_QUEUE_FULL",
  "MINER_CANCELLED",
  "MINER_MODEL_CHANGED",
  "MINER_NO_MODEL",
  "MINER_QUEUE_FULL",
  "MINER_WAIT_TOO_LONG",
  "WIRE_BAD_REQUEST",
  "WIRE_TENSOR_NOT_FINITE",
  "WIRE_TENSOR_SHAPE",
  "WIRE_TENSOR_TOO_LARGE",
  "VALIDATOR_ANSWER_NOT_FINITE",
  "VALIDATOR_ANSWER_TOO_LARGE",
  "VALIDATOR_ANSWER_WRONG_SHAPE",
  "VALIDATOR_UNKNOWN_MINER",
  "GRPC_ADDRESS_REFUSED",
  "GRPC_BAD_ENDPOINT",
  "GRPC_BAD_REPLY",
  "GRPC_CANCELLED",
  "GRPC_CANNOT_RESOLVE",
  "GRPC_DEADLINE_EXCEEDED",
  "GRPC_INTERNAL",
  "GRPC_PERMISSION_DENIED",
  "GRPC_RESOURCE_EXHAUSTED",
  "GRPC_UNAUTHENTICATED",
  "GRPC_UNAVAILABLE",
  "GRPC_UNIMPLEMENTED",
  "GRPC_UNKNOWN",
  "INTERNAL",
]);

/** A code as a metric's label: each value makes a series for ever, and miners choose the codes of their refusals. */
export function faultLabel(code: string): string {
  return KNOWN.has(code) ? code : "OTHER";
}
