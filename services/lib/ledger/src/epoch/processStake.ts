import type { AddressBytes, Hotkey } from "@ganglion/types";
import { dropExpiredMoves } from "../state/moves.ts";
import { poolAt } from "../state/pools.ts";
import { settleAddedStake } from "../state/stake.ts";
import type { Execution } from "../tx/transactionRule.ts";

/** Rules STAKE-3 and STAKE-7, after the epoch's emission: added stake counts from here on, old moves are forgotten. */
export function processStake({ state, height, timeMs, emit }: Execution): void {
  for (const { position, amount, shares } of settleAddedStake(state))
    emit({
      kind: "StakeCounted",
      pool: position.pool,
      hotkey: poolAt(state, position.pool).hotkey as Hotkey,
      address: position.address as AddressBytes,
      amount,
      shares,
    });
  dropExpiredMoves(state, height, timeMs);
}
