import {
  asUid,
  type Hotkey,
  InvariantError,
  PARAMETER_NAMES,
  type ParameterChange,
  type ProposalContent,
} from "@ganglion/types";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { LedgerState } from "../state/ledgerState.ts";
import { findNeuronOfHotkey } from "../state/neurons.ts";
import { paramsToRow } from "../state/params.ts";
import { patchRow, pushRow, rowCount, writeStruct } from "../state/rows.ts";
import { vacateSlot } from "../state/slots.ts";
import type { Execution } from "../tx/transactionRule.ts";
import { changeParams } from "./changeParams.ts";

/** Does what was decided; {@link findContentProblem} found nothing against it. */
export function executeContent(execution: Execution, content: ProposalContent): void {
  const { state, height } = execution;
  switch (content.kind) {
    case "params":
      executeParams(execution, content.changes);
      break;
    case "domains":
      writeDomains(state, content.domains);
      break;
    case "expel":
      expel(execution, content.hotkey);
      break;
    case "upgrade":
      writeStruct(state, "upgrade", { height: content.height, name: utf8ToBytes(content.name) });
      break;
    case "charter":
      writeStruct(state, "charter", { text: content.text, adoptedAt: height });
      break;
  }
}

function executeParams({ state, emit }: Execution, changes: readonly ParameterChange[]): void {
  const after = changeParams(state, changes);
  if ("code" in after) throw new InvariantError(`checked parameters break a rule: ${after.message}`);
  writeStruct(state, "params", paramsToRow(after));
  for (const { param, value } of changes)
    emit({ kind: "ParamChanged", name: PARAMETER_NAMES[param] ?? "", value });
}

function writeDomains(
  state: LedgerState,
  domains: readonly { readonly name: string; readonly sharePpm: number }[],
): void {
  const present = rowCount(state, "domains");
  domains.forEach(({ name, sharePpm }, id) => {
    const row = { name: utf8ToBytes(name), sharePpm };
    if (id < present) patchRow(state, "domains", id, row);
    else pushRow(state, "domains", row);
  });
}

function expel({ state, height, emit }: Execution, hotkey: Hotkey): void {
  const neuron = findNeuronOfHotkey(state, hotkey);
  if (neuron === undefined) throw new InvariantError("a checked neuron has no slot");
  vacateSlot(state, neuron.uid, height);
  emit({ kind: "NeuronExpelled", uid: asUid(neuron.uid), hotkey });
}
