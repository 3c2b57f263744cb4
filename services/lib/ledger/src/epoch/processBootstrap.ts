import { asHeight } from "@ganglion/types";
import { readStruct, writeStruct } from "../state/rows.ts";
import { issuanceOf } from "../state/supply.ts";
import type { Execution } from "../tx/transactionRule.ts";

/** Rule START-3: the bootstrap ends at the first boundary with enough issuance or height, for ever. */
export function processBootstrap({ state, params, height, emit }: Execution): void {
  if (!readStruct(state, "bootstrap").active) return;
  if (issuanceOf(state) < params.bootstrapIssuanceSpikes && height < params.bootstrapEndHeight) return;
  writeStruct(state, "bootstrap", { active: false, endedAt: height });
  emit({ kind: "BootstrapEnded", height: asHeight(height) });
}
