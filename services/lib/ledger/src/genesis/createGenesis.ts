import { ledgerStateType } from "@ganglion/types";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { pushPowerHistory } from "../state/backings.ts";
import { pushUsedKey } from "../state/consensusKeys.ts";
import { type LedgerState, stateRoot } from "../state/ledgerState.ts";
import { withLookup } from "../state/lookup.ts";
import { ROLE_VALIDATOR } from "../state/neurons.ts";
import { paramsToRow } from "../state/params.ts";
import { patchPool, poolOfHotkey } from "../state/pools.ts";
import { patchRow, pushRow, writeStruct } from "../state/rows.ts";
import { enterSlot } from "../tx/register.ts";
import { checkGenesis } from "./checkGenesis.ts";
import { continueState } from "./continueState.ts";
import type { GenesisDoc } from "./genesisDoc.ts";
import { genesisHash } from "./genesisHash.ts";

const GENESIS_KEY = { signedBlocks: 0, seenBlocks: 0, genesis: true };

/**
 * The state at height 0 (rule START): nobody has a balance; the bootstrap validators have slots and permits.
 * @throws GanglionError GENESIS_BAD
 */
export function createGenesis(doc: GenesisDoc): LedgerState {
  checkGenesis(doc);
  if (doc.start !== undefined) return continueState(doc, doc.start);
  const state = withLookup(ledgerStateType.defaultViewDU());
  const hash = genesisHash(doc);
  state.view.genesisHash = hash;
  state.view.preset = utf8ToBytes(doc.preset);
  state.view.blockHashes.set(0, hash);
  writeStruct(state, "params", paramsToRow(doc.params));
  writeStruct(state, "clock", { timeMs: doc.timeMs, epochTimeMs: doc.timeMs });
  writeStruct(state, "registration", {
    difficulty: doc.params.difficultyStart,
    burnPrice: doc.params.burnStartSpikes,
  });
  writeStruct(state, "bootstrap", { active: true, endedAt: 0 });
  for (const { name, sharePpm } of doc.domains)
    pushRow(state, "domains", { name: utf8ToBytes(name), sharePpm });
  for (const { hotkey, consensusKey, owner, power } of doc.validators) {
    const uid = enterSlot(state, undefined, { hotkey, owner, height: 0 });
    const pool = poolOfHotkey(state, hotkey);
    patchPool(state, pool, { consensusKey });
    pushUsedKey(state, consensusKey);
    pushRow(state, "consensusKeys", { ...GENESIS_KEY, consensusKey, pool: pool.index, power });
    patchRow(state, "neurons", uid, { role: ROLE_VALIDATOR, bootstrap: true, permit: true, active: true });
  }
  pushPowerHistory(state, { epoch: 0, firstHeight: 1, startTimeMs: doc.timeMs });
  stateRoot(state);
  return state;
}
