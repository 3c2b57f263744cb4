import { asHeight, bytesToHex, type Hotkey } from "@ganglion/types";
import { hasConsensusKey, isJailed } from "../state/consensusKeys.ts";
import { type Pool, patchPool, poolAt } from "../state/pools.ts";
import { patchRow, type RowOf, readRows, readStruct, writeStruct } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";

const PPM = 1_000_000;
/** Rule POWER-7: jailed keys together hold at most this part of power, or there is one. */
const JAILED_PARTS = 6n;

type Voter = RowOf<"consensusKeys"> & { readonly index: number; readonly owner: Pool };

/** Rule POWER-7, after the epoch's emission: jails who signed too little, then counts anew. */
export function processLiveness(execution: Execution): void {
  const { state } = execution;
  if (!readStruct(state, "bootstrap").active) jailAbsent(execution);
  readRows(state, "consensusKeys").forEach(({ signedBlocks, seenBlocks }, index) => {
    if (signedBlocks + seenBlocks > 0)
      patchRow(state, "consensusKeys", index, { signedBlocks: 0, seenBlocks: 0 });
  });
  writeStruct(state, "clock", { commitsSeen: 0 });
}

function jailAbsent(execution: Execution): void {
  const { state, params } = execution;
  const voters = readRows(state, "consensusKeys").flatMap((row, index): Voter[] =>
    row.power > 0n ? [{ ...row, index, owner: poolAt(state, row.pool) }] : [],
  );
  const total = sumOf(voters);
  const free = voters.filter((voter) => isFree(execution, voter));
  let held = sumOf(voters.filter((voter) => isHeld(execution, voter)));
  let left = free.length;
  for (const voter of free.filter((voter) => isAbsent(execution, voter)).sort(compareAbsence)) {
    if (left <= params.minConsensusKeys) return;
    if (held > 0n && (held + voter.power) * JAILED_PARTS > total) continue;
    jail(execution, voter);
    held += voter.power;
    left -= 1;
  }
}

/** Whether its pool is in jail for not signing. */
function isHeld({ height, timeMs }: Execution, { owner }: Voter): boolean {
  return !owner.tombstoned && isJailed(owner, height, timeMs);
}

/** Whether it is its pool's present key, and may stay in the set. */
function isFree({ height, timeMs }: Execution, { owner, consensusKey }: Voter): boolean {
  const present = hasConsensusKey(owner) && bytesToHex(owner.consensusKey) === bytesToHex(consensusKey);
  return present && !owner.tombstoned && !isJailed(owner, height, timeMs);
}

/** Whether it signed too little of at least half of the epoch's blocks. */
function isAbsent({ state, params }: Execution, { signedBlocks, seenBlocks }: Voter): boolean {
  const { commitsSeen } = readStruct(state, "clock");
  const enough = seenBlocks > 0 && seenBlocks * 2 >= commitsSeen;
  return enough && signedBlocks * PPM < params.livenessMinPpm * seenBlocks;
}

/** Worst first, then the older pool. */
function compareAbsence(a: Voter, b: Voter): number {
  return a.signedBlocks * b.seenBlocks - b.signedBlocks * a.seenBlocks || a.pool - b.pool;
}

function jail({ state, params, height, timeMs, emit }: Execution, voter: Voter): void {
  const { owner, consensusKey, signedBlocks, seenBlocks } = voter;
  const untilHeight = height + params.jailBlocks;
  const untilMs = timeMs + params.jailBlocks * params.blockTargetMs;
  patchPool(state, owner, { jailedUntilHeight: untilHeight, jailedUntilMs: untilMs });
  emit({
    kind: "KeyJailed",
    hotkey: owner.hotkey as Hotkey,
    consensusKey,
    signedBlocks,
    seenBlocks,
    untilHeight: asHeight(untilHeight),
    untilMs,
  });
}

function sumOf(voters: readonly Voter[]): bigint {
  return voters.reduce((sum, { power }) => sum + power, 0n);
}
