import type { ProtocolParams } from "@ganglion/params";
import type { LedgerState } from "./ledgerState.ts";
import { readStruct, type StructOf } from "./rows.ts";

/** Parameters in force. */
export function readParams(state: LedgerState): ProtocolParams {
  const { incentiveFrom, ...rest } = readStruct(state, "params");
  return { ...rest, incentiveFrom: incentiveFrom === 0 ? "consensus" : "rank" };
}

export function paramsToRow({ incentiveFrom, ...rest }: ProtocolParams): StructOf<"params"> {
  return { ...rest, incentiveFrom: incentiveFrom === "consensus" ? 0 : 1 };
}
