import type { ProtocolParams } from "@ganglion/params";
import type { LedgerState } from "../state/ledgerState.ts";
import { paramsToRow, readParams } from "../state/params.ts";
import { writeStruct } from "../state/rows.ts";

/** What an upgrade does to the state before its first block: a pure function of the state. */
type Migration = (state: LedgerState) => void;
export type Upgrades = ReadonlyMap<string, Migration>;

/**
 * The upgrades that this version of the ledger knows, by the name that governance votes on; it goes on at their heights
 * and stops at those of others. A later version keeps all of them, so that it replays every block.
 */
export const UPGRADES: Upgrades = new Map([
  ["consensus-classic", setMode("classic")],
  ["consensus-yuma3", setMode("yuma3")],
]);

function setMode(consensusMode: ProtocolParams["consensusMode"]): Migration {
  return (state) => {
    writeStruct(state, "params", paramsToRow({ ...readParams(state), consensusMode }));
  };
}
