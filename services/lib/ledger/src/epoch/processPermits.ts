import { asUid, type Uid } from "@ganglion/types";
import { selectPermits } from "../consensus/selectPermits.ts";
import { isPermitCandidate } from "../state/activity.ts";
import { neuronAt } from "../state/neurons.ts";
import { poolOfHotkey } from "../state/pools.ts";
import { patchRow, readRow, readStruct, rowCount } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";

/** Rules START-2 and STAKE-6: permits of the next epoch; who loses one loses its bonds. */
export function processPermits({ state, params, height, emit }: Execution): void {
  const bootstrap = readStruct(state, "bootstrap").active;
  const neurons = Array.from({ length: rowCount(state, "neurons") }, (_, uid) => neuronAt(state, uid));
  const eligible = Uint8Array.from(neurons, (neuron) => (isPermitCandidate(neuron, height, params) ? 1 : 0));
  const stake = neurons.map((neuron) =>
    eligible[neuron.uid] === 1 ? poolOfHotkey(state, neuron.hotkey).amount : 0n,
  );
  const permits = bootstrap
    ? Uint8Array.from(neurons, (neuron) => (neuron.bootstrap ? 1 : 0))
    : selectPermits(stake, eligible, params.maxValidators);
  const granted: Uid[] = [];
  const revoked: Uid[] = [];
  for (const { uid, permit } of neurons) {
    const next = permits[uid] === 1;
    if (next === permit) continue;
    patchRow(state, "neurons", uid, { permit: next });
    (next ? granted : revoked).push(asUid(uid));
    if (!next && readRow(state, "bonds", uid).entries.length > 0)
      patchRow(state, "bonds", uid, { entries: new Uint8Array(0) });
  }
  if (granted.length + revoked.length > 0) emit({ kind: "PermitsChanged", granted, revoked });
}
