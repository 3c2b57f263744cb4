import { decodeWeightRows } from "@ganglion/types";
import { computeEpoch } from "../consensus/computeEpoch.ts";
import type { EpochInput, EpochOutput } from "../consensus/epochTypes.ts";
import type { SparseRow } from "../consensus/sparseRow.ts";
import { isActive } from "../state/activity.ts";
import { decodeBonds } from "../state/bonds.ts";
import { isVacant, type Neuron, neuronAt } from "../state/neurons.ts";
import { effectiveStake, poolOfHotkey } from "../state/pools.ts";
import { readRow, readRows, readStruct, rowCount } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";

/** Rule GOV-6: above every height, so that no weight for a vacant slot counts. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** What consensus read and found. */
export type EpochConsensus = {
  readonly neurons: readonly Neuron[];
  readonly input: EpochInput;
  readonly output: EpochOutput;
};

/** Rules WEIGHT-6, DOMAIN and CONS: consensus over the rows that were revealed in this epoch. */
export function processConsensus(execution: Execution): EpochConsensus {
  const { state, params, height, epoch } = execution;
  const n = rowCount(state, "neurons");
  const neurons = Array.from({ length: n }, (_, uid) => neuronAt(state, uid));
  const permits = Uint8Array.from(neurons, (neuron) => (neuron.permit ? 1 : 0));
  const revealed = readRows(state, "weights").map((row) =>
    row.revealed && row.epoch === epoch ? row : undefined,
  );
  const input: EpochInput = {
    n,
    stakeSpikes: stakeThatCounts(execution, neurons),
    active: Uint8Array.from(neurons, (neuron) => (isActive(neuron, height, params) ? 1 : 0)),
    permits,
    nextPermits: permits,
    weightsSetAt: Float64Array.from(revealed, (row) => row?.commitHeight ?? 0),
    registeredAt: Float64Array.from(neurons, (neuron) => (isVacant(neuron) ? NEVER : neuron.registeredAt)),
    lastEpochHeight: height - params.epochLengthBlocks,
    domains: domainsOf(execution, revealed, permits),
    bonds: Array.from({ length: n }, (_, uid) => decodeBonds(readRow(state, "bonds", uid).entries)),
    params,
  };
  return { neurons, input, output: computeEpoch(input) };
}

/** Rule START-2: during the bootstrap its validators weigh the same, whatever stake does. */
function stakeThatCounts({ state }: Execution, neurons: readonly Neuron[]): bigint[] {
  const bootstrap = readStruct(state, "bootstrap").active;
  return neurons.map((neuron) => {
    if (bootstrap) return neuron.bootstrap ? 1n : 0n;
    return neuron.permit ? effectiveStake(poolOfHotkey(state, neuron.hotkey)) : 0n;
  });
}

function domainsOf(
  { state }: Execution,
  revealed: readonly ({ readonly rows: Uint8Array } | undefined)[],
  permits: Uint8Array,
): EpochInput["domains"] {
  const domains = readRows(state, "domains");
  const rows = domains.map(() => Array.from<SparseRow | undefined>({ length: revealed.length }));
  revealed.forEach((row, uid) => {
    if (row === undefined || permits[uid] !== 1) return;
    for (const { domainId, entries } of decodeWeightRows(row.rows)) {
      const byValidator = rows[domainId];
      if (byValidator === undefined) continue;
      byValidator[uid] = {
        uids: Uint16Array.from(entries, (entry) => entry.uid),
        values: Uint16Array.from(entries, (entry) => entry.weight),
      };
    }
  });
  return domains.map((domain, id) => ({ share: domain.sharePpm, rows: rows[id] ?? [] }));
}
