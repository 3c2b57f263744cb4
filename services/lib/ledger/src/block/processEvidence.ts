import { asHeight, asSpikes, bytesToHex, type Hotkey } from "@ganglion/types";
import type { Misbehaviour } from "../ledgerTypes.ts";
import { clearBacking, type FoundBacking, findBacking } from "../state/backings.ts";
import { patchPool, poolAt } from "../state/pools.ts";
import { recycle } from "../state/supply.ts";
import type { Execution } from "../tx/transactionRule.ts";
import { type Burn, burnBackings } from "./burnBackings.ts";

const PPM = 1_000_000n;

/** Evidence of a fault with what backed its key. */
type Fault = Misbehaviour & { readonly backing: FoundBacking };

/** Rules EVID-1 to EVID-5: burns part of what backed each key that is proven to have cheated, and bars its pool. */
export function processEvidence(execution: Execution, misbehaviour: readonly Misbehaviour[]): void {
  const faults = worstFaults(execution, misbehaviour);
  if (faults.length === 0) return;
  const { state, params } = execution;
  const burns = faults.map(({ height, backing }): Burn => {
    const due = (backing.backing * BigInt(params.slashPpm)) / PPM;
    return { pool: backing.pool, sinceHeight: height, slashPpm: BigInt(params.slashPpm), due, burned: 0n };
  });
  burnBackings(execution, burns);
  faults.forEach((fault, index) => {
    const burned = burns[index]?.burned ?? 0n;
    recycle(state, burned);
    bar(execution, fault, burned);
  });
}

/** Rule EVID-3: of what came in one block the worst of each key; a block's work is one pass, whatever it brings. */
function worstFaults(execution: Execution, misbehaviour: readonly Misbehaviour[]): Fault[] {
  const worst = new Map<string, Fault>();
  for (const item of misbehaviour) {
    if (isTooOld(execution, item)) continue;
    const backing = findBacking(execution.state, item.consensusKey, item.height);
    if (backing === undefined || isPunished(execution, backing)) continue;
    const key = bytesToHex(item.consensusKey);
    const known = worst.get(key);
    if (known === undefined || known.backing.backing < backing.backing) worst.set(key, { ...item, backing });
  }
  return [...worst.values()];
}

/** Nothing is left to burn, and its pool is barred already. */
function isPunished({ state }: Execution, { pool, backing }: FoundBacking): boolean {
  return backing === 0n && poolAt(state, pool).tombstoned;
}

/** Rule EVID-1. */
function isTooOld({ params, height, timeMs }: Execution, item: Misbehaviour): boolean {
  const blocks = height - item.height > params.evidenceAgeBlocks;
  return item.height >= height || (blocks && timeMs - item.timeMs > params.evidenceAgeMs);
}

/** Rule EVID-5: the pool never binds a key again; its present one leaves the set at the next boundaries. */
function bar({ state, emit }: Execution, { backing, ...fault }: Fault, burned: bigint): void {
  clearBacking(state, backing);
  const pool = poolAt(state, backing.pool);
  if (!pool.tombstoned) patchPool(state, pool, { tombstoned: true });
  emit({
    kind: "FaultPunished",
    fault: fault.kind,
    hotkey: pool.hotkey as Hotkey,
    consensusKey: fault.consensusKey,
    height: asHeight(fault.height),
    backing: asSpikes(backing.backing),
    burned: asSpikes(burned),
  });
}
