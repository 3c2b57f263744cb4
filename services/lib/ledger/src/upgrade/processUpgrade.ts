import { asHeight, GanglionError, InvariantError, type LedgerEvent } from "@ganglion/types";
import { findParamsProblem } from "../state/checkParams.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { readParams } from "../state/params.ts";
import { patchRow, readRow, readStruct, rowCount } from "../state/rows.ts";
import type { Upgrades } from "./upgrades.ts";

/**
 * Rule GOV-7, before anything else of a block: at the height that was voted for, the state becomes that of the new rules.
 * @throws GanglionError CHAIN_UPGRADE_NEEDED at that height and above it, by a version that does not know the upgrade
 */
export function processUpgrade(
  state: LedgerState,
  height: number,
  known: Upgrades,
  emit: (event: LedgerEvent) => void,
): void {
  const upgrade = readStruct(state, "upgrade");
  if (upgrade.height === 0 || height < upgrade.height) return;
  const name = String.fromCharCode(...upgrade.name);
  const migrate = known.get(name);
  if (migrate === undefined)
    throw new GanglionError(
      "CHAIN_UPGRADE_NEEDED",
      `block ${height} needs a version with the upgrade "${name}": install it and start again, the state is kept`,
      { height, name },
    );
  if (height !== upgrade.height) return;
  const { consensusMode } = readParams(state);
  migrate(state);
  if (readParams(state).consensusMode !== consensusMode) clearBonds(state);
  const problem = findParamsProblem(readParams(state));
  if (problem !== undefined) throw new InvariantError(`the upgrade "${name}" breaks ${problem.message}`);
  emit({ kind: "Upgraded", height: asHeight(height), name });
}

/** A bond means something else in each mode (rule CONS-5). */
function clearBonds(state: LedgerState): void {
  for (let uid = 0; uid < rowCount(state, "bonds"); uid++)
    if (readRow(state, "bonds", uid).entries.length > 0)
      patchRow(state, "bonds", uid, { entries: new Uint8Array(0) });
}
