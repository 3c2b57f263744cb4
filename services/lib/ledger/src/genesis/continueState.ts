import { bytesToHex, GanglionError, RECENT_BLOCKS } from "@ganglion/types";
import { readHead } from "../query/readHead.ts";
import { type LedgerState, stateRoot } from "../state/ledgerState.ts";
import { readParams } from "../state/params.ts";
import { readRows } from "../state/rows.ts";
import { decodeState, encodeState } from "../state/stateCodec.ts";
import type { GenesisDoc, GenesisSigner, GenesisStart } from "./genesisDoc.ts";
import { genesisHash } from "./genesisHash.ts";

/**
 * A document with which another ledger goes on where this state ends. It has another name, so that no signature is good
 * for both.
 * @param origin of the state's own ledger
 */
export function exportGenesis(origin: GenesisDoc, state: LedgerState, chainId: string): GenesisDoc {
  const { height, timeMs } = readHead(state);
  const start = { height, signers: signersOf(state), state: encodeState(state) };
  return { ...origin, chainId, params: readParams(state), timeMs, start };
}

/**
 * The first state of such a ledger: all as it was but the name.
 * @throws GanglionError GENESIS_BAD when document and state disagree; LEDGER_BAD_STATE
 */
export function continueState(doc: GenesisDoc, start: GenesisStart): LedgerState {
  const state = decodeState(start.state);
  const { height, timeMs, preset } = readHead(state);
  if (height !== start.height) throw bad("start.height", String(height));
  if (timeMs > doc.timeMs) throw bad("timeMs", `at least ${timeMs}`);
  if (preset !== doc.preset) throw bad("preset", preset);
  if (keysOf(signersOf(state)) !== keysOf(start.signers)) throw bad("start.signers", "other keys or powers");
  const hash = genesisHash(doc);
  state.view.genesisHash = hash;
  state.view.blockHashes.set(height % RECENT_BLOCKS, hash);
  stateRoot(state);
  return state;
}

function signersOf(state: LedgerState): GenesisSigner[] {
  return readRows(state, "consensusKeys")
    .filter(({ power }) => power > 0n)
    .map(({ consensusKey, power }) => ({ consensusKey, power }));
}

function keysOf(signers: readonly GenesisSigner[]): string {
  return signers.map(({ consensusKey, power }) => `${bytesToHex(consensusKey)} ${power}`).join();
}

function bad(field: string, state: string): GanglionError {
  return new GanglionError("GENESIS_BAD", `genesis: the state says of ${field}: ${state}`);
}
