import type { ProtocolParams } from "@ganglion/params";
import type { LedgerState } from "./ledgerState.ts";
import { readStruct, type StructOf } from "./rows.ts";

/** Parameters in force. */
export function readParams(state: LedgerState): ProtocolParams {
  const { incentiveFrom, consensusMode, ...rest } = readStruct(state, "params");
  return {
    ...rest,
    incentiveFrom: incentiveFrom === 0 ? "consensus" : "rank",
    consensusMode: consensusMode === 0 ? "classic" : "yuma3",
  };
}

export function paramsToRow({ incentiveFrom, consensusMode, ...rest }: ProtocolParams): StructOf<"params"> {
  return {
    ...rest,
    incentiveFrom: incentiveFrom === "consensus" ? 0 : 1,
    consensusMode: consensusMode === "classic" ? 0 : 1,
  };
}
