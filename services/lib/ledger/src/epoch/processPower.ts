import type { ProtocolParams } from "@ganglion/params";
import { bytesToHex, type Hotkey } from "@ganglion/types";
import type { ValidatorUpdate } from "../ledgerTypes.ts";
import { pushPowerHistory, rememberedKeys } from "../state/backings.ts";
import { isJailed } from "../state/consensusKeys.ts";
import type { LedgerState } from "../state/ledgerState.ts";
import { poolAt } from "../state/pools.ts";
import { patchRow, pushRow, readRows, removeRows } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";
import { type SelectedKey, selectKeys } from "./selectKeys.ts";
import { stepPowers } from "./stepPowers.ts";

/** An update after block H decides who votes on H + 2. */
const UPDATE_DELAY_BLOCKS = 2;
/** Epochs beyond the age of evidence for which it is remembered what backed a key. */
const MARGIN_EPOCHS = 2;

/**
 * Rules POWER-3 to POWER-6, after stake is settled: moves the engine's set towards what stake says, and writes down what
 * backs each of its keys.
 * @returns what the engine is told: each key once, ascending by key
 */
export function processPower(execution: Execution): ValidatorUpdate[] {
  const { state, params, height, timeMs, epoch } = execution;
  const selected = selectKeys(execution);
  const updates =
    selected.length < Math.max(1, params.minConsensusKeys) ? [] : changePowers(execution, selected);
  dropOldHistory(state, params, { height, timeMs });
  pushPowerHistory(state, {
    epoch: epoch + 1,
    firstHeight: height + UPDATE_DELAY_BLOCKS,
    startTimeMs: timeMs,
  });
  forgetKeys(state);
  return updates;
}

function changePowers(
  { state, height, timeMs, emit }: Execution,
  selected: SelectedKey[],
): ValidatorUpdate[] {
  ensureRows(state, selected);
  const targets = new Map(selected.map(({ consensusKey, power }) => [bytesToHex(consensusKey), power]));
  const rows = readRows(state, "consensusKeys");
  const steps = rows.map(({ consensusKey, pool: index, power }) => {
    const pool = poolAt(state, index);
    return {
      present: power,
      target: targets.get(bytesToHex(consensusKey)) ?? 0n,
      jailed: !pool.tombstoned && isJailed(pool, height, timeMs),
    };
  });
  const powers = stepPowers(steps);
  const updates: ValidatorUpdate[] = [];
  rows.forEach(({ consensusKey, pool, power: before }, index) => {
    const power = powers[index] ?? 0n;
    if (power === before) return;
    patchRow(state, "consensusKeys", index, { power });
    updates.push({ consensusKey, power });
    const hotkey = poolAt(state, pool).hotkey as Hotkey;
    emit({ kind: "KeyPowerChanged", hotkey, consensusKey, power, before });
  });
  return updates.sort((a, b) => (bytesToHex(a.consensusKey) < bytesToHex(b.consensusKey) ? -1 : 1));
}

/** A key gets its row when it enters the set; a pool of genesis hands its place on to its next key. */
function ensureRows(state: LedgerState, selected: readonly SelectedKey[]): void {
  const rows = readRows(state, "consensusKeys");
  const known = new Set(rows.map(({ consensusKey }) => bytesToHex(consensusKey)));
  for (const { consensusKey, pool } of selected) {
    if (known.has(bytesToHex(consensusKey))) continue;
    const genesis = rows.some((row) => row.genesis && row.pool === pool);
    pushRow(state, "consensusKeys", {
      consensusKey,
      pool,
      power: 0n,
      signedBlocks: 0,
      seenBlocks: 0,
      genesis,
    });
  }
}

/** Rule EVID-2: a set is remembered until no evidence of a height on which it voted can come. */
function dropOldHistory(
  state: LedgerState,
  params: ProtocolParams,
  now: { readonly height: number; readonly timeMs: number },
): void {
  const marginBlocks = MARGIN_EPOCHS * params.epochLengthBlocks;
  const lastHeight = now.height - params.evidenceAgeBlocks - marginBlocks;
  const lastMs = now.timeMs - params.evidenceAgeMs - marginBlocks * params.blockTargetMs;
  const old = readRows(state, "powerHistory")
    .filter((row) => row.firstHeight <= lastHeight && row.startTimeMs <= lastMs)
    .map((row) => row.firstHeight)
    .sort((a, b) => a - b);
  // Its first block, the last on which the set before it voted, is before the next one's start, however slow blocks were.
  const kept = old.at(-2) ?? 0;
  removeRows(state, "powerHistory", (row) => row.firstHeight < kept);
}

/** Drops keys that neither vote, nor can be named by evidence, nor may fill up the set. */
function forgetKeys(state: LedgerState): void {
  const remembered = new Set(rememberedKeys(state).map(bytesToHex));
  removeRows(state, "consensusKeys", ({ consensusKey, pool, power, genesis }) => {
    const key = bytesToHex(consensusKey);
    if (power > 0n || remembered.has(key)) return false;
    return !genesis || bytesToHex(poolAt(state, pool).consensusKey) !== key;
  });
}
